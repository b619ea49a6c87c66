-- One row per visit on or before as_of. Payer, clinic and provider here are the slice of every
-- metric that is dated by service.
{{ config(materialized='replaced', meta={'replaced_by': 'patient'}) }}
with

run as (select * from {{ ref('stg_load__run') }}),

visits as (select * from {{ ref('int_visits__visits') }}),

patient_payments as (select * from {{ ref('int_visits__patient_payments') }}),

billing as (select * from {{ ref('int_visits__visit_billing') }}),

units as (select * from {{ ref('int_coding__visit_units') }}),

authorized as (select * from {{ ref('int_visits__authorized_visits') }})

select
    {{ pseudonym('visit', 'v.visit_id') }} as visit_key,
    v.visit_id,
    {{ pseudonym('appointment', 'v.appointment_id') }} as appointment_key,
    v.appointment_id,
    {{ pseudonym('patient', 'v.patient_id') }} as patient_key,
    v.patient_id,
    {{ pseudonym('authorization', 'a.authorization_id') }} as authorization_key,
    a.authorization_id,
    v.payer_id,
    v.clinic_id,
    v.provider_id,
    v.delivery,
    b.unbilled_reason,
    v.service_date,
    v.service_month,
    v.started_at,
    v.ended_at,
    v.note_clock_at,
    v.note_signed_at,
    v.note_cosigned_at,
    v.total_treatment_minutes,
    cast(coalesce(p.patient_paid_amount, 0) as decimal(18, 2)) as patient_paid_amount,
    b.unbilled_expected_amount,
    u.unit_rule,
    u.units_if_cms,
    u.units_if_ama,
    u.units_if_cms_amount,
    u.units_if_ama_amount,
    u.other_unit_rule_amount,
    coalesce(u.is_unit_judged, false) as is_unit_judged,
    v.is_note_due,
    b.is_billed,
    v.is_self_pay
from visits as v
cross join run
left join billing as b on v.visit_id = b.visit_id
left join patient_payments as p on v.visit_id = p.visit_id
left join units as u on v.visit_id = u.visit_id
left join authorized as a on v.visit_id = a.visit_id
