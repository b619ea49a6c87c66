{#- A schema is named for its layer alone: readers attach the file and expect core.fct_claim. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name or target.schema }}
{%- endmacro %}
