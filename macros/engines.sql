{#- What staging needs of an engine, by the names of DuckDB; Spark's are in macros/spark/. -#}
{% macro sql_type(data_type) -%} {{ return(adapter.dispatch('sql_type')(data_type)) }} {%- endmacro %}
{% macro default__sql_type(data_type) -%} {{ return(data_type) }} {%- endmacro %}

{#- True where all of a text is of the pattern. -#}
{% macro full_match(text, pattern) -%} {{ return(adapter.dispatch('full_match')(text, pattern)) }} {%- endmacro %}
{% macro default__full_match(text, pattern) -%} regexp_full_match({{ text }}, '{{ pattern }}') {%- endmacro %}
