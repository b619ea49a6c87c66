-- One row per rule table: how many rows stand, how new its newest is, and what of it is the practice's
-- own. A table ages quietly: the newest day or release says which quarter it was brought up to.
{% set tables = {
    'adjustment_reasons': ['valid_from', none],
    'claim_status_categories': [none, none],
    'conversion_factors': ['effective_from', none],
    'daily_maximums': ['effective_from', none],
    'diagnosis_changes': ['valid_from', none],
    'diagnosis_support': ['effective_from', none],
    'icd10_codes': [none, 'release'],
    'kx_thresholds': [none, 'calendar_year'],
    'medicare_localities': ['effective_from', none],
    'ncci_edits': ['effective_from', 'reference_quarter'],
    'ncci_exempt_payers': ['effective_from', none],
    'procedures': [none, 'reference_quarter'],
    'relative_values': ['effective_from', none],
    'report_causes': [none, none],
    'sequestration': ['effective_from', none]
} %}
with

tables as (
    {% for table, (day, release) in tables.items() %}
    select
        '{{ table }}' as reference_table,
        count(*) as standing_rows,
        {{ 'max(' ~ day ~ ')' if day else 'cast(null as date)' }} as newest_effective_on,
        {{ 'cast(max(' ~ release ~ ') as string)' if release else 'cast(null as string)' }}
            as newest_release
    from {{ ref('stg_reference__' ~ table) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

files as (select * from {{ ref('stg_reference__files') }})

select
    t.reference_table,
    t.standing_rows,
    t.newest_effective_on,
    t.newest_release,
    coalesce(f.practice_rows, 0) as practice_rows,
    coalesce(f.is_replaced, false) as is_replaced_by_practice
from tables as t
left join files as f on t.reference_table = f.reference_table
