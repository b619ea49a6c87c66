-- One row per month of the calendar and the day of the first report that counts it, as_of where none does
-- by then: what was known and signed until that day, and has no cause, every report counts as we do. The
-- receivable of a month counts all months until then.
{{ config(schema='intermediate') }}
with

run as (select * from {{ ref('stg_load__run') }}),

months as (
    select month
    from {{ ref('dim_date') }}
    group by month
),

reports as (
    select
        month,
        min(reported_on) as month_reported_on,
        min(case when metric_id = 'receivable' then reported_on end) as balance_reported_on
    from {{ ref('int_reports__reported_totals') }}
    group by month
)

select
    m.month,
    min(
        least(
            run.as_of,
            case when r.month = m.month then r.month_reported_on else r.balance_reported_on end
        )
    ) as first_reported_on
from months as m
cross join run
left join reports as r on m.month <= r.month
group by m.month
