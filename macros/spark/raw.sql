{#- Raw on Spark: tables over the folders of Parquet files that the loader writes. The statements come from
    orchestration/spark.py, which knows the columns; no night has to read a file to find them. -#}
{% macro register_raw(statements) -%}
    {%- for statement in statements -%} {%- do run_query(statement) -%} {%- endfor -%}
{%- endmacro %}
