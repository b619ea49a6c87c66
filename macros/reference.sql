{#- Reference tables are the seeds that say config.meta.key. A practice's file of the same name lies as text in
    raw.reference_<table>: its rows join those of the seed and take the place of the ones with the same
    key (meta.replaces where that is less than the key); a file <table>.replace.csv stands alone. -#}

{#- Types by column, and the columns that rows replace each other by. Empty while dbt parses. -#}
{% macro reference_contract(table) -%}
    {%- set seed = graph.nodes['seed.' ~ project_name ~ '.' ~ table] if execute else none -%}
    {%- set config = seed.config if seed else {} -%}
    {%- set meta = config.meta or {} -%}
    {{ return({'types': config.column_types or {}, 'replaces': meta.replaces or meta.key or []}) }}
{%- endmacro %}

{#- The rows of a reference table: those of the seed that stand, and the practice's. -#}
{% macro reference_rows(table) -%}
{%- set types = reference_contract(table).types -%}
select {{ types.keys() | join(', ') }}
from {{ ref(table) }} as ours
where {{ stands_beside(table) }}
union all
select {% for column, type in types.items() %}
    try_cast({{ column }} as {{ sql_type(type) }}) as {{ column }}{{ ',' if not loop.last }}
{%- endfor %}
from {{ source('raw', 'reference_' ~ table) }}
{%- endmacro %}

{#- True of a row `ours` that no row of the practice's file of the table takes the place of. -#}
{% macro stands_beside(table) -%}
{%- set contract = reference_contract(table) -%}
    not exists (
        select 1 from {{ source('raw', 'reference_files') }} as f
        where f.reference_table = '{{ table }}' and f.is_replacement
    ) and not exists (
        select 1 from {{ source('raw', 'reference_' ~ table) }} as theirs where true
        {%- for key in contract.replaces %}
            and try_cast(theirs.{{ key }} as {{ sql_type(contract.types[key]) }}) is not distinct from ours.{{ key }}
        {%- endfor %}
    )
{%- endmacro %}

{#- First day of a quarter written like 2024Q3. Null where it is not written so. -#}
{% macro quarter_start(column) -%}
    try_cast(concat(
        left({{ column }}, 4), '-', case right({{ column }}, 2)
            when 'Q1' then '01' when 'Q2' then '04' when 'Q3' then '07' when 'Q4' then '10'
        end, '-01'
    ) as date)
{%- endmacro %}
