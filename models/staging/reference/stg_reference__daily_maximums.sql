-- One row per procedure code and first day of its daily maximum (Medicare's MUE). The rule judges by the
-- row in force; before the first row it takes the first, after the last the last.
with

listed as ({{ reference_rows('daily_maximums') }}),

procedures as (select * from {{ ref('stg_reference__procedures') }}),

basic as (
    select
        cpt_code,
        {{ quarter_start('reference_quarter') }} as effective_from,
        max_units_per_day
    from procedures
),

known as (
    select * from listed
    union all
    select * from basic as ours where {{ stands_beside('daily_maximums') }}
)

select
    cpt_code,
    effective_from,
    cast(
        lead(effective_from) over (partition by cpt_code order by effective_from)
        - interval 1 day as date
    ) as effective_to,
    max_units_per_day,
    row_number() over (partition by cpt_code order by effective_from) = 1 as is_first
from known
