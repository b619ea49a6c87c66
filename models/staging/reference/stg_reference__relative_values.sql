-- One row per procedure code and first day of its relative values in Medicare's fee schedule. A fee
-- schedule is that of a calendar year: no row speaks for a day of another year.
with

listed as ({{ reference_rows('relative_values') }}),

procedures as (select * from {{ ref('stg_reference__procedures') }}),

-- A code has one row there: its quarter stands for the whole year.
basic as (
    select
        cpt_code,
        cast(
            date_trunc('year', {{ quarter_start('reference_quarter') }}) as date
        ) as effective_from,
        medicare_status,
        is_multiple_procedure_reduced,
        rvu_work,
        rvu_practice_expense,
        rvu_malpractice
    from procedures
),

known as (
    select * from listed
    union all
    select * from basic as ours where {{ stands_beside('relative_values') }}
)

select
    cpt_code,
    effective_from,
    cast(least(
        date_trunc('year', effective_from) + interval 1 year - interval 1 day,
        lead(effective_from) over (partition by cpt_code order by effective_from)
        - interval 1 day
    ) as date) as effective_to,
    medicare_status,
    is_multiple_procedure_reduced,
    rvu_work,
    rvu_practice_expense,
    rvu_malpractice
from known
