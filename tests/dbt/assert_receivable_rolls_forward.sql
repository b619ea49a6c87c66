-- For some slice the receivable at a month's end is not that of the month before and the events
-- between: days in A/R cannot be trusted; the data engineer acts.
{{ config(meta={'dagster': {'ref': {'name': 'days_in_ar'}}}) }}
with

slices as (
    select
        payer_id,
        clinic_id,
        provider_id
    from {{ ref('fct_receivable_event') }}
    group by 1, 2, 3
),

months as (select distinct month from {{ ref('days_in_ar') }}),

closings as (
    select
        m.month,
        s.payer_id,
        s.clinic_id,
        s.provider_id,
        -- A slice without balance and charges has no row: its balance is 0.
        coalesce(a.numerator, 0) as closing_amount
    from months as m
    cross join slices as s
    left join {{ ref('days_in_ar') }} as a
        on
            m.month = a.month
            and s.payer_id is not distinct from a.payer_id
            and s.clinic_id is not distinct from a.clinic_id
            and s.provider_id is not distinct from a.provider_id
),

movements as (
    select
        {{ month_of('event_date') }} as month,
        payer_id,
        clinic_id,
        provider_id,
        sum(amount) as amount
    from {{ ref('fct_receivable_event') }}
    group by 1, 2, 3, 4
),

rolled as (
    select
        c.*,
        coalesce(lag(c.closing_amount) over (
            partition by c.payer_id, c.clinic_id, c.provider_id order by c.month
        ), 0) as opening_amount
    from closings as c
)

select r.month
from rolled as r
left join movements as m
    on
        r.month = m.month
        and r.payer_id is not distinct from m.payer_id
        and r.clinic_id is not distinct from m.clinic_id
        and r.provider_id is not distinct from m.provider_id
where r.opening_amount + coalesce(m.amount, 0) <> r.closing_amount
