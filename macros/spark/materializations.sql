{#- How models are built on Spark: each whole, every night. Spark writes a table of Parquet files in many places
    at once and cannot take rows out of one, so nothing is kept from the night before: concerned and replaced
    read all of staging (built.run is empty there, see int_scope__mode), kept and extract_rows read all of raw. -#}
{% materialization table, adapter='spark' %} {{ return(spark_built('table', compiled_code)) }} {% endmaterialization %}

{% materialization view, adapter='spark' %} {{ return(spark_built('view', compiled_code)) }} {% endmaterialization %}

{% materialization concerned, adapter='spark' %}
    {{ return(spark_built('view', 'select * from ' ~ ref(config.get('meta')['rows_of']))) }}
{% endmaterialization %}

{% materialization replaced, adapter='spark' %}
    {{ return(spark_built('table', compiled_code)) }}
{% endmaterialization %}

{% materialization kept, adapter='spark' %} {{ return(spark_built('table', compiled_code)) }} {% endmaterialization %}

{% materialization extract_rows, adapter='spark' %}
    {{ return(spark_built('table', compiled_code)) }}
{% endmaterialization %}

{#- A table of Parquet cannot be replaced in one step: it is dropped and made. Who reads the published file
    does not see it. -#}
{% macro spark_built(type, sql) -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target = this.incorporate(type=type) -%}
    {%- if existing is not none and (type == 'table' or existing.type != type) -%}
        {%- do adapter.drop_relation(existing) -%}
    {%- endif -%}
    {%- call statement('main') -%}
        {%- if type == 'view' -%}
            create or replace view {{ target }} as {{ sql }}
        {%- else -%}
            create table {{ target }} using parquet as {{ spark_typed(sql) }}
        {%- endif -%}
    {%- endcall -%}
    {{ return({'relations': [target]}) }}
{%- endmacro %}

{#- The columns of a contract in their order, as their types. -#}
{% macro spark_typed(sql) -%}
    {%- if config.get('contract').enforced -%}
        select
        {%- for column in model.columns.values() %}
            cast({{ column.name }} as {{ sql_type(column.data_type) }}) as {{ column.name }}{{ ',' if not loop.last }}
        {%- endfor %}
        from ({{ sql }}
        )
    {%- else -%}
        {{ sql }}
    {%- endif -%}
{%- endmacro %}

{#- Nothing is remembered of a night where the next builds everything. -#}
{% macro spark__begin_to_build() -%} {%- endmacro %}
{% macro spark__remember_built() -%} {%- endmacro %}

{% macro spark__sets_read_before() -%} {{ return(none) }} {%- endmacro %}
