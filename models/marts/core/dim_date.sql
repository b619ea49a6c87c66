-- One row per day from the January before the first visit, appointment or ledger event, to as_of:
-- whatever a metric is dated by.
with

run as (select * from {{ ref('stg_load__run') }}),

first_dates as (
    select as_of as first_date from run
    union all
    select min(event_date) from {{ ref('fct_receivable_event') }}
    union all
    select min(service_date) from {{ ref('fct_visit') }}
    union all
    select min(scheduled_on) from {{ ref('fct_appointment') }}
),

bounds as (
    select
        min(f.first_date) as first_date,
        max(run.as_of) as last_date
    from first_dates as f
    cross join run
),

days as (
    {{ days_between('select date_trunc(\'year\', first_date) as first_date, last_date from bounds') }}
)

select
    date_day,
    {{ month_of('date_day') }} as month,
    quarter(date_day) as quarter_number,
    year(date_day) as year_number,
    -- Day names and numbers differ by engine; 1900-01-01 was a Monday.
    {{ days_from("cast('1900-01-01' as date)", 'date_day') }} % 7 >= 5 as is_weekend
from days
