{#- The contract of the CSV extracts stands in models/staging/practice/_<extract>.yml, the one home of
    columns, types and value lists. The loader reads it for headers, staging for typing: a change there
    changes both. Columns stand in contract order.
      data_type  what the text must parse as: varchar, date (YYYY-MM-DD), timestamp (YYYY-MM-DD HH:MM[:SS],
                 the clinic's local time), integer, decimal(18,2) (money, at most two places), decimal(18,6)
                 (at most six), boolean (true, false, 1, 0, Y, N)
      meta       required: never empty; key: part of the key; phi: never leaves the private warehouse;
                 accepted_values: the whole list; form: upper (case says nothing) or icd10 (upper case
                 without the dot after the third character); example: value of an invented row, for templates.
                 Of an extract, needed: always, or with_x12 (where X12 files came); nothing is published without it
    Every raw table carries three more columns: extra_columns (JSON text of columns outside the contract,
    null without any), file_sha256, row_number (physical line on which the record begins, header = 1). -#}

{#- The columns of an extract: name, data_type, meta. Empty while dbt parses, when the graph is not there
    yet. -#}
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

{#- Every extract, for models that read all of them: they need the names while dbt parses, when the
    contract cannot be asked. A base model of an extract that is missing here does not compile. -#}
{% macro practice_extracts() -%}
    {{ return([
        'clinics', 'providers', 'payers', 'fee_schedules', 'patients', 'coverages', 'authorizations',
        'plans_of_care', 'appointments', 'visits', 'charges', 'patient_payments', 'adjustments',
        'interventions', 'reported_totals'
    ]) }}
{%- endmacro %}
