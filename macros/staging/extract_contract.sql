{#- The columns of an extract as models/staging/practice/_sources.yml fixes them: name, data_type, meta.
    Empty while dbt parses, when the graph is not there yet. -#}
{% macro extract_columns(extract) -%}
    {%- set columns = [] -%}
    {%- if execute -%}
        {%- for node in graph.sources.values() if node.source_name == 'raw' and node.name == extract -%}
            {%- for column in node.columns.values() -%}
                {%- do columns.append(column) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(columns) }}
{%- endmacro %}

{#- Every extract of the contract. A list of its own, since models that read all of them need it
    while dbt parses. -#}
{% macro practice_extracts() -%}
    {{ return([
        'clinics', 'providers', 'payers', 'fee_schedules', 'patients', 'coverages', 'authorizations',
        'plans_of_care', 'appointments', 'visits', 'charges', 'patient_payments', 'adjustments',
        'interventions'
    ]) }}
{%- endmacro %}
