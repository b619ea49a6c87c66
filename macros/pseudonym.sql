{#- The name an id goes by in the published file. Keyed, so that nobody without the practice's key can
    confirm a guess; the same every night, so that analysts may keep lists. Callers cross join
    stg_load__run for the key. Eighty bits: of fifty million ids, two share one with a chance below one in a
    thousand million, and keys are most of what the published file holds. -#}
{% macro pseudonym(entity, expression, key='pseudonym_key') -%}
    case
        when {{ expression }} is not null
            then substr({{ sha256_hex("concat(" ~ key ~ ", ':" ~ entity ~ ":', " ~ expression ~ ")") }}, 1, 20)
    end
{%- endmacro %}

{% macro sha256_hex(expression) -%}
    {{ return(adapter.dispatch('sha256_hex')(expression)) }}
{%- endmacro %}

{% macro default__sha256_hex(expression) -%} sha256({{ expression }}) {%- endmacro %}

{% macro spark__sha256_hex(expression) -%} sha2({{ expression }}, 256) {%- endmacro %}
