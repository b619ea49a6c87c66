{#- The name an id goes by in the published file. Keyed, so that nobody without the practice's key can
    confirm a guess; the same every night, so that analysts may keep lists. Callers cross join
    stg_load__run for the key. Sixty-four bits, since keys are half of what the published file holds: of the ids
    of a million visits two share one with a chance of one in 250,000, of five million visits one in 15,000. The
    tests of keys then stop the night, and another pseudonym.key mends it. Text, since spreadsheets and
    browsers round whole numbers beyond 53 bits. -#}
{% macro pseudonym(entity, expression, key='pseudonym_key') -%}
    case
        when {{ expression }} is not null
            then substr({{ sha256_hex("concat(" ~ key ~ ", ':" ~ entity ~ ":', " ~ expression ~ ")") }}, 1, 16)
    end
{%- endmacro %}

{% macro sha256_hex(expression) -%}
    {{ return(adapter.dispatch('sha256_hex')(expression)) }}
{%- endmacro %}

{% macro default__sha256_hex(expression) -%} sha256({{ expression }}) {%- endmacro %}

{% macro spark__sha256_hex(expression) -%} sha2({{ expression }}, 256) {%- endmacro %}
