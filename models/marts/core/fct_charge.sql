-- One row per charge posted on or before as_of, voided ones flagged, with what it should bring,
-- what may be collected (allowed) and what came. Amounts that need a visit are null where the visit
-- is unknown.
{{ config(materialized='replaced', meta={'replaced_by': 'patient'}) }}
with

run as (select * from {{ ref('stg_load__run') }}),

charges as (select * from {{ ref('int_visits__charges') }}),

balances as (select * from {{ ref('int_visits__charge_balances') }}),

billing as (select * from {{ ref('int_visits__charge_billing') }}),

diagnoses as (select * from {{ ref('int_coding__diagnoses') }}),

modifiers as (
    select
        charge_id,
        count(distinct rule_id) as modifier_rules
    from {{ ref('int_coding__modifier_judgements') }}
    group by charge_id
)

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
    i.unbilled_reason,
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
    coalesce(m.modifier_rules, 0) as modifier_rules,
    c.is_self_pay,
    c.is_voided,
    coalesce(i.is_billed, false) as is_billed,
    coalesce(b.is_primary_adjudicated, false) as is_primary_adjudicated,
    coalesce(b.is_denied, false) as is_denied,
    coalesce(d.is_diagnosis_support_judged, false) as is_diagnosis_support_judged,
    coalesce(d.has_supporting_diagnosis, false) as has_supporting_diagnosis,
    coalesce(d.has_invalid_diagnosis, false) as has_invalid_diagnosis
from charges as c
cross join run
left join balances as b on c.charge_id = b.charge_id
left join billing as i on c.charge_id = i.charge_id
left join diagnoses as d on c.charge_id = d.charge_id
left join modifiers as m on c.charge_id = m.charge_id
