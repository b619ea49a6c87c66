-- One row per line of a claim payment (835 SVC, or a submitted line that a claim payment without
-- lines stands for). paid_amount sums to CLP04 per claim payment; reversals are negative.
{{ config(materialized='replaced', meta={'replaced_by': 'claim'}) }}
with

run as (select * from {{ ref('stg_load__run') }}),

lines as (select * from {{ ref('int_remittances__adjudicated_lines') }}),

claims as (select * from {{ ref('int_claims__claims') }}),

expected_lines as (select * from {{ ref('int_remittances__expected_lines') }})

select
    {{ pseudonym('remittance_line', 'l.remittance_line_id') }} as adjudication_line_key,
    l.remittance_line_id,
    {{ pseudonym('remittance_claim', 'l.remittance_claim_id') }} as claim_payment_key,
    l.remittance_claim_id,
    {{ pseudonym('claim', 'l.claim_id') }} as claim_key,
    l.claim_id,
    l.payer_sequence,
    {{ pseudonym('charge', 'l.charge_id') }} as charge_key,
    l.charge_id,
    c.payer_id,
    c.clinic_id,
    c.provider_id,
    l.line_number,
    l.cpt_code,
    l.status_code,
    l.match_tier,
    l.payment_date,
    l.service_date,
    l.units,
    l.charge_amount,
    l.paid_amount,
    l.contractual_amount,
    l.patient_responsibility_amount,
    l.fee_reduction_amount,
    e.expected_allowed_amount,
    l.is_denied,
    l.is_partially_denied,
    l.is_first_adjudication,
    l.is_standing,
    l.is_reversal,
    l.is_known_claim,
    l.source_file
from lines as l
cross join run
left join claims as c on l.claim_id = c.claim_id and l.payer_sequence = c.payer_sequence
left join expected_lines as e on l.remittance_line_id = e.remittance_line_id
