-- One row per month of service, payer, clinic and month since: what came in that month of what may be
-- collected for net_collection_rate's charges. Both sides are as known on as_of: a charge joins the
-- cohort once it is adjudicated, with all that came for it before.
with

run as (select * from {{ ref('stg_load__run') }}),

charges as (
    select * from {{ ref('fct_charge') }}
    where not is_voided and service_date is not null and (is_primary_adjudicated or is_self_pay)
),

visits as (select * from {{ ref('fct_visit') }}),

collectible_visits as (select visit_id from charges group by 1),

cohorts as (
    select
        service_month as month,
        payer_id,
        clinic_id,
        {{ amount_where('allowed_amount') }} as allowed_amount
    from charges
    group by 1, 2, 3
),

receipts as (
    select
        c.service_month as month,
        c.payer_id,
        c.clinic_id,
        l.payment_date as received_on,
        l.paid_amount as collected_amount
    from {{ ref('fct_adjudication_line') }} as l
    inner join charges as c on l.charge_id = c.charge_id
    union all
    -- The ledger counts what comes in as less that is owed.
    select
        v.service_month as month,
        v.payer_id,
        v.clinic_id,
        e.event_date as received_on,
        -e.amount as collected_amount
    from {{ ref('fct_receivable_event') }} as e
    inner join visits as v on e.visit_id = v.visit_id
    inner join collectible_visits as c on v.visit_id = c.visit_id
    where e.kind in ('patient_payment', 'refund')
),

calendar as (select month from {{ ref('dim_date') }} group by 1),

-- Every month of every cohort is there, with nothing where nothing came.
movements as (
    select
        k.month,
        k.payer_id,
        k.clinic_id,
        {{ month_number('d.month') }} - {{ month_number('k.month') }} as months_since_service,
        case when d.month = k.month then k.allowed_amount else 0 end as allowed_amount,
        0 as collected_amount
    from cohorts as k
    inner join calendar as d on k.month <= d.month
    union all
    select
        month,
        payer_id,
        clinic_id,
        -- Paid before the service month, as deposits are: with the month itself.
        greatest({{ month_number('received_on') }} - {{ month_number('month') }}, 0) as months_since_service,
        0 as allowed_amount,
        collected_amount
    from receipts
),

months as (
    select
        month,
        payer_id,
        clinic_id,
        cast(months_since_service as integer) as months_since_service,
        sum(allowed_amount) as allowed_amount,
        {{ amount_where('collected_amount') }} as collected_amount
    from movements
    group by 1, 2, 3, 4
),

cumulated as (
    select
        month,
        payer_id,
        clinic_id,
        months_since_service,
        cast(sum(allowed_amount) over so_far as decimal(18, 2)) as allowed_amount,
        collected_amount,
        cast(sum(collected_amount) over so_far as decimal(18, 2)) as cumulative_collected_amount
    from months
    window so_far as (
        partition by month, payer_id, clinic_id order by months_since_service
        rows between unbounded preceding and current row
    )
)

select
    c.month,
    c.payer_id,
    c.clinic_id,
    c.months_since_service,
    c.allowed_amount,
    c.collected_amount,
    c.cumulative_collected_amount,
    {{ rate('c.cumulative_collected_amount', 'c.allowed_amount') }} as collected_rate,
    c.months_since_service < {{ month_number('run.as_of') }} - {{ month_number('c.month') }}
    or run.as_of = {{ month_end('run.as_of') }} as is_mature
from cumulated as c
cross join run
