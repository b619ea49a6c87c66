-- One row per month of service and slice: visits that are billed, and what payers and patients paid
-- for them. All charges of such a visit count, billed or not.
with

run as (select * from {{ ref('stg_load__run') }}),

visits as (select * from {{ ref('fct_visit') }} where is_billed),

payer_payments as (
    select
        visit_id,
        sum(payer_paid_amount) as payer_paid_amount
    from {{ ref('fct_charge') }}
    where not is_voided
    group by 1
),

sums as (
    select
        v.service_month as month,
        v.payer_id,
        v.clinic_id,
        v.provider_id,
        count(*) as denominator,
        {{ amount_where('p.payer_paid_amount') }} as payer_payments,
        {{ amount_where('v.patient_paid_amount') }} as patient_payments
    from visits as v
    left join payer_payments as p on v.visit_id = p.visit_id
    group by 1, 2, 3, 4
)

select
    s.month,
    s.payer_id,
    s.clinic_id,
    s.provider_id,
    cast(s.payer_payments + s.patient_payments as decimal(18, 2)) as numerator,
    s.denominator,
    {{ rate('s.payer_payments + s.patient_payments', 's.denominator') }} as value,
    {{ is_mature_after('s.month', 90) }} as is_mature,
    s.payer_payments,
    s.patient_payments
from sums as s
cross join run
