-- One row per appointment scheduled on or before as_of, with the payer who would have been first in
-- line.
{{ config(materialized='replaced', meta={'replaced_by': 'patient'}) }}
with

run as (select * from {{ ref('stg_load__run') }}),

appointments as (select * from {{ ref('int_scope__appointments') }}),

coverage_payers as (select * from {{ ref('int_visits__coverage_payers') }}),

self_pay as (select * from {{ ref('int_visits__self_pay') }})

select
    {{ pseudonym('appointment', 'a.appointment_id') }} as appointment_key,
    a.appointment_id,
    {{ pseudonym('patient', 'a.patient_id') }} as patient_key,
    a.patient_id,
    coalesce(c.payer_id, s.self_pay_payer_id) as payer_id,
    a.clinic_id,
    a.provider_id,
    a.scheduled_at,
    cast(a.scheduled_at as date) as scheduled_on,
    {{ month_of('a.scheduled_at') }} as scheduled_month,
    a.booked_at,
    a.status,
    a.status_at,
    a.kind,
    a.delivery
from appointments as a
cross join run
cross join self_pay as s
left join coverage_payers as c
    on a.patient_id = c.patient_id and cast(a.scheduled_at as date) = c.covered_on
where cast(a.scheduled_at as date) <= run.as_of
