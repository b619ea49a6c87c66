-- The last month of a cohort of metrics.payment_waterfall does not hold what net_collection_rate finds
-- for its month of service, payer and clinic, or a cohort lacks a month or repeats another allowed amount:
-- money is dated or counted twice; the data engineer acts.
{{ config(meta={'dagster': {'ref': {'name': 'payment_waterfall'}}}) }}
with

cohorts as (
    select
        month,
        payer_id,
        clinic_id,
        max_by(cumulative_collected_amount, months_since_service) as numerator,
        max_by(allowed_amount, months_since_service) as denominator,
        max(months_since_service) as last_month,
        count(*) as months,
        max(allowed_amount) - min(allowed_amount) as allowed_difference
    from {{ ref('payment_waterfall') }}
    group by month, payer_id, clinic_id
),

-- Null slices never join: both sides are stacked, one of them negative.
stacked as (
    select
        month,
        payer_id,
        clinic_id,
        numerator,
        denominator
    from cohorts
    union all
    select
        month,
        payer_id,
        clinic_id,
        -numerator as numerator,
        -denominator as denominator
    from {{ ref('net_collection_rate') }}
),

untied as (
    select month
    from stacked
    group by month, payer_id, clinic_id
    having sum(numerator) <> 0 or sum(denominator) <> 0
),

broken as (
    select k.month
    from cohorts as k
    cross join {{ ref('stg_load__run') }} as run
    where
        k.months <> k.last_month + 1
        or k.last_month <> {{ month_number('run.as_of') }} - {{ month_number('k.month') }}
        or k.allowed_difference <> 0
)

select month from untied
union all
select month from broken
