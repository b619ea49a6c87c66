-- One row per dated event of a claim on or before as_of, in order: its timeline. The state after its
-- last event is the claim's present state (fct_claim.claim_state).
{{ config(materialized='replaced', meta={'replaced_by': 'claim_or_patient'}) }}
with

run as (select * from {{ ref('stg_load__run') }}),

states as (select * from {{ ref('int_claims__states') }}),

-- A key is made once a claim, not once an event.
claims as (
    select
        c.*,
        case
            when c.claim_id is null then {{ pseudonym('unsubmitted_claim', 'c.visit_id') }}
            else {{ pseudonym('claim', 'c.claim_id') }}
        end as claim_key
    from {{ ref('int_claims__tracked_claims') }} as c
    cross join run
)

select
    c.claim_key,
    c.claim_id,
    s.payer_sequence,
    c.patient_id,
    {{ pseudonym('submission', 's.submission_id') }} as submission_key,
    {{ pseudonym('remittance_claim', 's.remittance_claim_id') }} as claim_payment_key,
    c.payer_id,
    s.event_order,
    s.kind,
    s.detail,
    s.state_after,
    s.event_date,
    s.days_since_previous,
    s.amount,
    s.balance_amount as balance_after_amount,
    s.is_change as is_state_change,
    s.source_file
from states as s
cross join run
inner join claims as c on s.tracking_id = c.tracking_id and s.payer_sequence = c.payer_sequence
