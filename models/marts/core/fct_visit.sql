-- One row per visit on or before as_of. Payer, clinic and provider here are the slice of every
-- metric that is dated by service.
with

run as (select * from {{ ref('stg_load__run') }}),

visits as (select * from {{ ref('int_visits__visits') }}),

patient_payments as (select * from {{ ref('int_visits__patient_payments') }})

select
    {{ pseudonym('visit', 'v.visit_id') }} as visit_key,
    v.visit_id,
    {{ pseudonym('appointment', 'v.appointment_id') }} as appointment_key,
    v.appointment_id,
    {{ pseudonym('patient', 'v.patient_id') }} as patient_key,
    v.patient_id,
    v.payer_id,
    v.clinic_id,
    v.provider_id,
    v.delivery,
    v.service_date,
    v.service_month,
    v.started_at,
    v.ended_at,
    v.note_signed_at,
    v.note_cosigned_at,
    v.total_treatment_minutes,
    cast(coalesce(p.patient_paid_amount, 0) as decimal(18, 2)) as patient_paid_amount,
    v.is_self_pay
from visits as v
cross join run
left join patient_payments as p on v.visit_id = p.visit_id
