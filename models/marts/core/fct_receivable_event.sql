-- One row per money movement of the receivable: positive raises what is owed. The balance on a day
-- is the sum of all events until then. Zero movements are left out.
{{ config(materialized='replaced', meta={'replaced_by': 'patient'}) }}
with

run as (select * from {{ ref('stg_load__run') }}),

events as (select * from {{ ref('int_ledger__events') }}),

-- Most keys of events are those of a visit and its patient: made once a visit.
visits as (
    select
        v.visit_id,
        {{ pseudonym('visit', 'v.visit_id') }} as visit_key,
        {{ pseudonym('patient', 'v.patient_id') }} as patient_key
    from {{ ref('int_visits__visits') }} as v
    cross join run
)

select
    {{ pseudonym('event', 'e.event_id') }} as event_key,
    e.event_id,
    e.event_date,
    e.kind,
    e.amount,
    {{ pseudonym('charge', 'e.charge_id') }} as charge_key,
    e.charge_id,
    coalesce(v.visit_key, {{ pseudonym('visit', 'e.visit_id') }}) as visit_key,
    e.visit_id,
    coalesce(v.patient_key, {{ pseudonym('patient', 'e.patient_id') }}) as patient_key,
    e.patient_id,
    {{ pseudonym('remittance_line', 'e.remittance_line_id') }} as adjudication_line_key,
    e.payer_id,
    e.clinic_id,
    e.provider_id,
    e.source_file
from events as e
cross join run
left join visits as v on e.visit_id = v.visit_id
