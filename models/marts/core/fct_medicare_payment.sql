-- One row per charge that is not voided of a visit whose payer is Medicare: what Medicare's fee
-- schedule makes of it, beside what the payer made of it. Amounts it cannot know are null, and
-- unavailable_reason says why.
{{ config(materialized='replaced', meta={'replaced_by': 'patient'}) }}
with

run as (select * from {{ ref('stg_load__run') }}),

payments as (select * from {{ ref('int_coding__medicare_payments') }}),

charges as (select * from {{ ref('int_visits__charges') }}),

balances as (select * from {{ ref('int_visits__charge_balances') }})

select
    {{ pseudonym('charge', 'p.charge_id') }} as charge_key,
    p.charge_id,
    {{ pseudonym('visit', 'c.visit_id') }} as visit_key,
    c.visit_id,
    {{ pseudonym('patient', 'c.patient_id') }} as patient_key,
    c.patient_id,
    c.payer_id,
    c.clinic_id,
    c.provider_id,
    c.cpt_code,
    p.unavailable_reason,
    c.service_date,
    c.service_month,
    b.adjudicated_on,
    p.units,
    p.reduced_units,
    p.conversion_factor,
    p.fee_amount,
    p.multiple_procedure_reduction_amount,
    p.assistant_reduction_amount,
    p.expected_allowed_amount,
    p.patient_share_amount,
    p.sequestration_amount,
    p.expected_payer_amount,
    case when b.is_primary_adjudicated and not b.is_denied then b.allowed_amount end as allowed_amount,
    case
        when b.is_primary_adjudicated
            then cast(b.payer_paid_amount - b.other_payer_paid_amount as decimal(18, 2))
    end as primary_payer_paid_amount,
    -- Allowed is after sequestration here and before it there. Whoever owes the deductible, both hold it.
    case
        when b.is_primary_adjudicated and not b.is_denied
            then cast(
                b.allowed_amount - p.expected_payer_amount - p.patient_share_amount as decimal(18, 2)
            )
    end as difference_amount,
    b.is_primary_adjudicated,
    b.is_denied
from payments as p
cross join run
inner join charges as c on p.charge_id = c.charge_id
inner join balances as b on p.charge_id = b.charge_id
