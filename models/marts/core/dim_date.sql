-- One row per day from the first to the last month that anything in core is dated in.
with

run as (select * from {{ ref('stg_load__run') }}),

bounds as (
    select
        least(min(e.event_date), min(run.as_of)) as first_date,
        max(run.as_of) as last_date
    from run
    left join {{ ref('int_ledger__events') }} as e on true
),

days as (
    {{ days_between('select date_trunc(\'year\', first_date) as first_date, last_date from bounds') }}
)

select
    date_day,
    {{ month_of('date_day') }} as month,
    quarter(date_day) as quarter_number,
    year(date_day) as year_number,
    dayofweek(date_day) in (0, 6) as is_weekend
from days
