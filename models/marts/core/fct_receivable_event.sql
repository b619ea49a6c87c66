-- One row per money movement of the receivable: positive raises what is owed. The balance on a day
-- is the sum of all events until then. Zero movements are left out.
{{ config(materialized='replaced', meta={'replaced_by': 'patient'}) }}
with

run as (select * from {{ ref('stg_load__run') }}),

events as (select * from {{ ref('int_ledger__events') }})

select
    {{ pseudonym('event', 'e.event_id') }} as event_key,
    e.event_id,
    e.event_date,
    e.kind,
    e.amount,
    {{ pseudonym('charge', 'e.charge_id') }} as charge_key,
    e.charge_id,
    {{ pseudonym('visit', 'e.visit_id') }} as visit_key,
    e.visit_id,
    {{ pseudonym('patient', 'e.patient_id') }} as patient_key,
    e.patient_id,
    {{ pseudonym('remittance_line', 'e.remittance_line_id') }} as adjudication_line_key,
    e.payer_id,
    e.clinic_id,
    e.provider_id,
    e.source_file
from events as e
cross join run
