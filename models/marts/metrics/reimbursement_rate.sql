-- One row per month of service and slice: what primary adjudicated charges were billed at, and what
-- all payers paid for them. Set by the practice's own price list: compare it with its own past.
with

run as (select * from {{ ref('stg_load__run') }}),

charges as (
    select * from {{ ref('fct_charge') }}
    where not is_voided and service_date is not null and is_primary_adjudicated
),

sums as (
    select
        service_month as month,
        payer_id,
        clinic_id,
        provider_id,
        {{ amount_where('payer_paid_amount') }} as numerator,
        {{ amount_where('charge_amount') }} as denominator,
        {{ amount_where('allowed_amount') }} as allowed_amount,
        {{ amount_where('patient_responsibility_amount') }} as patient_responsibility,
        {{ amount_where('expected_amount') }} as expected_allowed,
        {{ amount_where('other_payer_paid_amount') }} as other_payer_payments
    from charges
    group by 1, 2, 3, 4
)

select
    s.month,
    s.payer_id,
    s.clinic_id,
    s.provider_id,
    s.numerator,
    s.denominator,
    {{ rate('s.numerator', 's.denominator') }} as value,
    {{ is_mature_after('s.month', 90) }} as is_mature,
    s.allowed_amount,
    s.patient_responsibility,
    s.expected_allowed,
    s.other_payer_payments
from sums as s
cross join run
where
    s.numerator <> 0 or s.denominator <> 0 or s.allowed_amount <> 0
    or s.patient_responsibility <> 0 or s.expected_allowed <> 0 or s.other_payer_payments <> 0
