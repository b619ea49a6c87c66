-- One row per line that a payer refused wholly (denied) or in part, on any adjudication, with its
-- root cause. Filter is_first_adjudication for denial rates.
{{ config(materialized='replaced', meta={'replaced_by': 'claim'}) }}
with

run as (select * from {{ ref('stg_load__run') }}),

lines as (
    select * from {{ ref('int_remittances__adjudicated_lines') }}
    where (is_denied or is_partially_denied) and not is_reversal and is_known_claim
),

claims as (select * from {{ ref('int_claims__claims') }})

select
    {{ pseudonym('remittance_line', 'l.remittance_line_id') }} as adjudication_line_key,
    l.remittance_line_id,
    {{ pseudonym('claim', 'l.claim_id') }} as claim_key,
    l.claim_id,
    l.payer_sequence,
    {{ pseudonym('charge', 'l.charge_id') }} as charge_key,
    l.charge_id,
    c.payer_id,
    c.clinic_id,
    c.provider_id,
    l.cpt_code,
    l.root_cause,
    l.liability,
    l.payment_date as denied_on,
    l.charge_amount,
    l.denial_amount,
    l.is_denied,
    l.is_partially_denied,
    l.is_first_adjudication,
    l.is_standing
from lines as l
cross join run
left join claims as c on l.claim_id = c.claim_id and l.payer_sequence = c.payer_sequence
