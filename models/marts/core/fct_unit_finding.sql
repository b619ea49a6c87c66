-- One row per finding on units: what was billed, what its rule expected, what the difference is worth.
-- Filter is_error for what counts against unit accuracy.
{{ config(materialized='replaced', meta={'replaced_by': 'patient'}) }}
with

run as (select * from {{ ref('stg_load__run') }}),

findings as (select * from {{ ref('int_coding__unit_findings') }})

select
    {{ pseudonym('unit_finding', 'f.finding_id') }} as finding_key,
    {{ pseudonym('visit', 'f.visit_id') }} as visit_key,
    f.visit_id,
    {{ pseudonym('charge', 'f.charge_id') }} as charge_key,
    f.charge_id,
    {{ pseudonym('patient', 'f.patient_id') }} as patient_key,
    f.patient_id,
    f.payer_id,
    f.clinic_id,
    f.provider_id,
    f.rule_id,
    f.finding,
    f.cpt_code,
    f.service_date,
    f.service_month,
    f.billed_units,
    f.expected_units,
    f.difference_units,
    f.difference_amount,
    f.is_error
from findings as f
cross join run
