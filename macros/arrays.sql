{#- Array functions that DuckDB and Spark name differently. -#}
{% macro array_largest(array) -%} {{ return(adapter.dispatch('array_largest')(array)) }} {%- endmacro %}
{% macro default__array_largest(array) -%} list_max({{ array }}) {%- endmacro %}
{% macro spark__array_largest(array) -%} array_max({{ array }}) {%- endmacro %}

{% macro array_without(array, value) -%} {{ return(adapter.dispatch('array_without')(array, value)) }} {%- endmacro %}
{% macro default__array_without(array, value) -%}
    list_filter({{ array }}, lambda element: element <> {{ value }})
{%- endmacro %}
{% macro spark__array_without(array, value) -%} array_remove({{ array }}, {{ value }}) {%- endmacro %}

{% macro array_collect(expression) -%} {{ return(adapter.dispatch('array_collect')(expression)) }} {%- endmacro %}
{% macro default__array_collect(expression) -%} list({{ expression }}) {%- endmacro %}
{% macro spark__array_collect(expression) -%} collect_list({{ expression }}) {%- endmacro %}

{% macro empty_integer_array() -%} {{ return(adapter.dispatch('empty_integer_array')()) }} {%- endmacro %}
{% macro default__empty_integer_array() -%} cast([] as bigint[]) {%- endmacro %}
{% macro spark__empty_integer_array() -%} cast(array() as array<bigint>) {%- endmacro %}
