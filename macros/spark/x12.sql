{#- How Spark reads X12 (macros/staging/x12_engine.sql). -#}
{% macro spark__x12_literal(text) -%} '{{ x12_escaped(text, '\\u00') }}' {%- endmacro %}

{% macro spark__x12_pattern(text) -%} '{{ x12_escaped(text, '\\\\x') }}' {%- endmacro %}

{% macro spark__x12_item(array, number) -%} try_element_at({{ array }}, cast({{ number }} as int)) {%- endmacro %}

{% macro spark__x12_rest(array) -%} slice({{ array }}, 2, array_size({{ array }})) {%- endmacro %}

{% macro spark__x12_pair(first, second) -%} array({{ first }}, {{ second }}) {%- endmacro %}

{#- Our marks mean nothing to a pattern; what stands in a column may. -#}
{% macro spark__x12_split(text, mark) -%} split({{ text }}, {{ mark }}) {%- endmacro %}

{% macro spark__x12_split_by(text, column) -%} split({{ text }}, concat('\\Q', {{ column }}, '\\E')) {%- endmacro %}

{% macro spark__x12_join(array, mark) -%} array_join({{ array }}, {{ mark }}) {%- endmacro %}

{% macro spark__x12_filter(array, name, condition) -%}
    filter({{ array }}, {{ name }} -> {{ condition }})
{%- endmacro %}

{% macro spark__x12_transform(array, name, value) -%} transform({{ array }}, {{ name }} -> {{ value }}) {%- endmacro %}

{% macro spark__x12_rows(array, value, number) -%}
    inline(transform(
        {{ array }},
        (one, place) -> struct(one as {{ value }}, cast(place + 1 as bigint) as {{ number }})
    ))
{%- endmacro %}

{% macro spark__x12_numbers(last, number) -%}
    explode(sequence(1, cast({{ last }} as bigint))) as {{ number }}
{%- endmacro %}

{% macro spark__x12_loops(text, levels) -%}
    split(
        regexp_replace(
            {{ text }},
            {{ x12_pattern('\x1cHL\x1d[^\x1c\x1d]*\x1d[^\x1c\x1d]*\x1d *(' ~ levels ~ ') *\x1d') }},
            {{ x12_literal('\x1cLOOP\x1d$1\x1d') }}
        ),
        {{ x12_trigger('LOOP') }}
    )
{%- endmacro %}

{% macro spark__x12_all_but(columns, of=none) -%}
    {{ of ~ '.' if of }}* except ({{ columns | join(', ') }})
{%- endmacro %}
