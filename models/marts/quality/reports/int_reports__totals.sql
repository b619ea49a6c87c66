-- One row per plain total, month and scope (practice, payer, clinic, provider): what the warehouse
-- says, to be held against a report. The receivable is that of the month's end, or of as_of.
{{ config(schema='intermediate') }}
with

run as (select * from {{ ref('stg_load__run') }}),

items as (select * from {{ ref('int_reports__items') }}),

bounds as (
    select
        min(i.month) as first_date,
        max(run.as_of) as last_date
    from items as i
    cross join run
),

days as (
    {{ days_between('select first_date, last_date from bounds where first_date is not null') }}
),

-- A balance stands in months in which nothing moved, too.
months as (
    select {{ month_of('date_day') }} as month
    from days
    group by 1
),

monthly as (
    select
        metric_id,
        month,
        scope,
        scope_id,
        sum(amount) as amount
    from items
    where is_counted
    group by 1, 2, 3, 4
)

select
    i.metric_id,
    m.month,
    i.scope,
    i.scope_id,
    cast(sum(i.amount) as decimal(18, 2)) as total
from monthly as i
inner join months as m on i.month = m.month or (i.metric_id = 'receivable' and i.month < m.month)
group by 1, 2, 3, 4
