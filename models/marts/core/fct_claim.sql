-- One row per claim (claim number and payer sequence, or the charges of a visit that wait to be sent):
-- how its first submission fared, its first adjudication and payment, and how it stands now. Columns
-- of an event that has not happened by as_of are null.
with

run as (select * from {{ ref('stg_load__run') }}),

claims as (select * from {{ ref('int_claims__histories') }}),

present_states as (select * from {{ ref('int_claims__present_states') }}),

visits as (select * from {{ ref('fct_visit') }})

select
    case
        when c.claim_id is null then {{ pseudonym('unsubmitted_claim', 'c.visit_id') }}
        else {{ pseudonym('claim', 'c.claim_id') }}
    end as claim_key,
    c.claim_id,
    c.payer_sequence,
    v.visit_key,
    c.visit_id,
    v.patient_key,
    c.patient_id,
    c.payer_id,
    c.clinic_id,
    c.provider_id,
    c.first_submission_outcome,
    c.claim_state,
    n.expected_next,
    c.first_service_date,
    c.first_submitted_on,
    c.last_submitted_on,
    c.first_adjudicated_on,
    c.first_paid_on,
    c.state_since,
    n.expected_by,
    n.days_in_state,
    c.submissions,
    c.adjudicated_lines,
    c.denied_lines,
    c.partially_denied_lines,
    c.patient_liability_denied_lines,
    c.adjudicated_charge_amount,
    c.denied_charge_amount,
    c.paid_amount,
    c.balance_amount as open_balance_amount,
    n.is_overdue,
    c.is_first_submission_accepted_by_payer
from claims as c
cross join run
inner join present_states as n on c.tracking_id = n.tracking_id and c.payer_sequence = n.payer_sequence
left join visits as v on c.visit_id = v.visit_id
