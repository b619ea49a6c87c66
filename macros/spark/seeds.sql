{#- Seeds on Spark. dbt-spark's own writes an empty value as the text None, and a type as the seed names it. -#}
{% macro spark__create_csv_table(model, agate_table) -%}
    {%- set types = model.config.column_types -%}
    {%- call statement('create') -%}
        create table {{ this }} (
            {%- for name in agate_table.column_names -%}
                {{ name }} {{ sql_type(types[name]) }}{{ ', ' if not loop.last }}
            {%- endfor -%}
        ) using parquet
    {%- endcall -%}
{%- endmacro %}

{% macro spark__load_csv_rows(model, agate_table) -%}
    {%- set types = model.config.column_types -%}
    {%- set rows = [] -%}
    {%- for row in agate_table.rows -%}
        {%- set values = [] -%}
        {%- for name in agate_table.column_names -%}
            {%- do values.append('cast(' ~ spark_text(row[name]) ~ ' as ' ~ sql_type(types[name]) ~ ')') -%}
        {%- endfor -%}
        {%- do rows.append('(' ~ values | join(', ') ~ ')') -%}
    {%- endfor -%}
    {%- if rows -%}
        {%- call statement('load') -%} insert into {{ this }} values {{ rows | join(', ') }} {%- endcall -%}
    {%- endif -%}
{%- endmacro %}

{#- A value as a literal of Spark, where a backslash begins an escape. -#}
{% macro spark_text(value) -%}
    {%- set text = value | string | replace('\\', '\\\\') | replace("'", "\\'") -%}
    {{ return('null' if value is none else "'" ~ text ~ "'") }}
{%- endmacro %}
