-- One row per charge posted on or before as_of, voided ones flagged, with what it should bring,
-- what may be collected (allowed) and what came. Amounts that need a visit are null where the visit
-- is unknown.
with

run as (select * from {{ ref('stg_load__run') }}),

charges as (select * from {{ ref('int_visits__charges') }}),

balances as (select * from {{ ref('int_visits__charge_balances') }})

select
    {{ pseudonym('charge', 'c.charge_id') }} as charge_key,
    c.charge_id,
    {{ pseudonym('visit', 'c.visit_id') }} as visit_key,
    c.visit_id,
    {{ pseudonym('patient', 'c.patient_id') }} as patient_key,
    c.patient_id,
    c.payer_id,
    c.clinic_id,
    c.provider_id,
    c.rendering_provider_id,
    c.cpt_code,
    c.modifier_1,
    c.modifier_2,
    c.modifier_3,
    c.modifier_4,
    c.diagnosis_1,
    c.diagnosis_2,
    c.diagnosis_3,
    c.diagnosis_4,
    c.place_of_service,
    c.service_date,
    c.service_month,
    c.posted_on,
    c.voided_on,
    b.adjudicated_on,
    c.units,
    c.minutes,
    c.assistant_minutes,
    c.charge_amount,
    c.expected_amount,
    b.allowed_amount,
    b.contractual_amount,
    c.hand_contractual_amount,
    c.courtesy_amount,
    c.written_off_amount,
    b.payer_paid_amount,
    b.other_payer_paid_amount,
    b.patient_responsibility_amount,
    c.is_self_pay,
    c.is_voided,
    coalesce(b.is_primary_adjudicated, false) as is_primary_adjudicated,
    coalesce(b.is_denied, false) as is_denied
from charges as c
cross join run
left join balances as b on c.charge_id = b.charge_id
