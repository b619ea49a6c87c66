-- One row per month end and slice that has had a movement or a charge: what was owed, and what was charged a
-- day in the 90 days until then. A balance: never summed over months.
with

run as (select * from {{ ref('stg_load__run') }}),

events as (select * from {{ ref('fct_receivable_event') }}),

charges as (select * from {{ ref('fct_charge') }} where not is_voided),

monthly_events as (
    select
        {{ month_of('event_date') }} as month,
        payer_id,
        clinic_id,
        provider_id,
        sum(amount) as amount
    from events
    group by 1, 2, 3, 4
),

bounds as (select min(month) as first_month from monthly_events),

months as (
    select
        d.month,
        {{ month_end('d.month') }} as month_end
    from {{ ref('dim_date') }} as d
    cross join run
    cross join bounds
    where d.month >= bounds.first_month and {{ month_end('d.month') }} <= run.as_of
    group by 1, 2
),

balances as (
    select
        m.month,
        e.payer_id,
        e.clinic_id,
        e.provider_id,
        sum(e.amount) as receivable_amount,
        cast(0 as decimal(18, 2)) as charge_amount
    from months as m
    inner join monthly_events as e on m.month >= e.month
    group by 1, 2, 3, 4
),

daily_charges as (
    select
        posted_on,
        payer_id,
        clinic_id,
        provider_id,
        sum(charge_amount) as charge_amount
    from charges
    group by 1, 2, 3, 4
),

recent_charges as (
    select
        m.month,
        c.payer_id,
        c.clinic_id,
        c.provider_id,
        cast(0 as decimal(18, 2)) as receivable_amount,
        sum(c.charge_amount) as charge_amount
    from months as m
    inner join daily_charges as c
        on c.posted_on between m.month_end - 89 and m.month_end
    group by 1, 2, 3, 4
),

parts as (
    select * from balances
    union all
    select * from recent_charges
)

select
    month,
    {{ month_end('month') }} as month_end,
    payer_id,
    clinic_id,
    provider_id,
    cast(sum(receivable_amount) as decimal(18, 2)) as receivable_amount,
    cast({{ rate('sum(charge_amount)', '90') }} as decimal(28, 10)) as daily_charge_amount
from parts
group by 1, 2, 3, 4, 5
