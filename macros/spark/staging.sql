{#- What staging writes otherwise for Spark. -#}
{% macro spark__sql_type(data_type) -%} {{ return(data_type | replace('varchar', 'string')) }} {%- endmacro %}

{#- To the very end: $ would leave a line feed there. -#}
{% macro spark__full_match(text, pattern) -%} {{ text }} rlike '^(?:{{ pattern }})\\z' {%- endmacro %}

{% macro spark__trimmed_text(column, form=none) -%}
    {%- set text = "btrim(" ~ column ~ ", concat(' \\t\\r\\n', chr(160)))" -%}
    {%- if form == 'upper' -%} {%- set text = 'upper(' ~ text ~ ')' -%} {%- endif -%}
    {%- if form == 'icd10' -%}
        {%- set text = "upper(regexp_replace(" ~ text ~ ", '^([^.]{3})[.]', '$1'))" -%}
    {%- endif -%}
    nullif({{ text }}, '')
{%- endmacro %}

{% macro spark__distinct_sorted(column) -%} array_sort(collect_set({{ column }})) {%- endmacro %}
{% macro spark__no_numbers() -%} cast(array() as array<int>) {%- endmacro %}
{% macro spark__version_number(columns) -%} xxhash64({{ columns | join(', ') }}) {%- endmacro %}

{% macro spark__x12_control_number(value) -%}
    regexp_replace(nullif(trim({{ value }}), ''), '^0+([0-9]+)\\z', '$1')
{%- endmacro %}
