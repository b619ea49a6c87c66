-- A month between the first ledger event and the last month ended on or before as_of has no days in
-- A/R although money moved by then: the scorecard skips it; the data engineer acts.
{{ config(meta={'dagster': {'ref': {'name': 'days_in_ar'}}}) }}
with

bounds as (
    select
        {{ month_of('min(e.event_date)') }} as first_month,
        max(run.as_of) as as_of
    from {{ ref('fct_receivable_event') }} as e
    cross join {{ ref('stg_load__run') }} as run
),

found as (select month from {{ ref('days_in_ar') }} group by month)

select d.month
from {{ ref('dim_date') }} as d
cross join bounds as b
left join found as f on d.month = f.month
group by d.month, f.month, b.first_month, b.as_of
having (f.month is not null) <> (d.month >= b.first_month and {{ month_end('d.month') }} <= b.as_of)
