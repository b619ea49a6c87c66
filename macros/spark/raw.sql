{#- Raw on Spark: tables over the folders of Parquet files that orchestration/spark.py writes, one per table of the
    schemas raw and built. `dbt run-operation register_raw --args '{folder: …}'` before the first model. -#}
{% macro register_raw(folder) -%}
    {%- for source in graph.sources.values() if source.schema in ('raw', 'built') -%}
        {%- do run_query('create schema if not exists ' ~ source.schema) -%}
        {%- set table = source.schema ~ '.' ~ source.identifier -%}
        {%- do run_query('drop table if exists ' ~ table) -%}
        {%- do run_query('create table ' ~ table ~ " using parquet location '" ~ folder ~ '/' ~ source.schema ~ '/'
            ~ source.identifier ~ "'") -%}
    {%- endfor -%}
{%- endmacro %}
