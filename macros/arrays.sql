{#- Array functions that DuckDB and Spark name differently. -#}
{% macro array_largest(array) -%} {{ return(adapter.dispatch('array_largest')(array)) }} {%- endmacro %}
{% macro default__array_largest(array) -%} list_max({{ array }}) {%- endmacro %}
{% macro spark__array_largest(array) -%} array_max({{ array }}) {%- endmacro %}

{% macro array_smallest(array) -%} {{ return(adapter.dispatch('array_smallest')(array)) }} {%- endmacro %}
{% macro default__array_smallest(array) -%} list_min({{ array }}) {%- endmacro %}
{% macro spark__array_smallest(array) -%} array_min({{ array }}) {%- endmacro %}

{% macro array_length(array) -%} {{ return(adapter.dispatch('array_length')(array)) }} {%- endmacro %}
{% macro default__array_length(array) -%} len({{ array }}) {%- endmacro %}
{% macro spark__array_length(array) -%} array_size({{ array }}) {%- endmacro %}

{% macro array_has(array, value) -%} {{ return(adapter.dispatch('array_has')(array, value)) }} {%- endmacro %}
{% macro default__array_has(array, value) -%} list_contains({{ array }}, {{ value }}) {%- endmacro %}
{% macro spark__array_has(array, value) -%} array_contains({{ array }}, {{ value }}) {%- endmacro %}

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
