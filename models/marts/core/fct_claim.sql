-- One row per claim (claim number and payer sequence, or the charges of a visit that wait to be sent):
-- how its first submission fared, its first adjudication and payment, and how it stands now. Columns
-- of an event that has not happened by as_of are null.
with

run as (select * from {{ ref('stg_load__run') }}),

claims as (select * from {{ ref('int_claims__tracked_claims') }}),

present_states as (select * from {{ ref('int_claims__present_states') }}),

outcomes as (select * from {{ ref('int_claims__submission_outcomes') }}),

submissions as (
    select
        claim_id,
        payer_sequence,
        count(*) as submissions,
        max(submitted_on) as last_submitted_on
    from {{ ref('int_claims__submissions') }}
    group by claim_id, payer_sequence
),

first_adjudications as (
    select
        claim_id,
        payer_sequence,
        min(payment_date) as first_adjudicated_on,
        {{ count_where('charge_amount > 0') }} as adjudicated_lines,
        {{ count_where('is_denied') }} as denied_lines,
        {{ count_where('is_partially_denied') }} as partially_denied_lines,
        {{ count_where("is_denied and liability = 'patient'") }} as patient_liability_denied_lines,
        {{ amount_where('charge_amount', 'charge_amount > 0') }} as adjudicated_charge_amount,
        {{ amount_where('charge_amount', 'is_denied') }} as denied_charge_amount
    from {{ ref('int_remittances__adjudicated_lines') }}
    where is_first_adjudication
    group by claim_id, payer_sequence
),

payments as (
    select
        claim_id,
        payer_sequence,
        min(case when paid_amount > 0 and can_stand then payment_date end)
            as first_paid_on,
        sum(paid_amount) as paid_amount
    from {{ ref('int_remittances__claims') }}
    where is_known_claim
    group by claim_id, payer_sequence
)

select
    case
        when c.claim_id is null then {{ pseudonym('unsubmitted_claim', 'c.visit_id') }}
        else {{ pseudonym('claim', 'c.claim_id') }}
    end as claim_key,
    c.claim_id,
    c.payer_sequence,
    {{ pseudonym('visit', 'c.visit_id') }} as visit_key,
    c.visit_id,
    {{ pseudonym('patient', 'c.patient_id') }} as patient_key,
    c.patient_id,
    c.payer_id,
    c.clinic_id,
    c.provider_id,
    case
        when not c.is_submitted then null
        when o.is_rejected then 'rejected'
        when o.is_accepted then 'accepted'
        else 'pending'
    end as first_submission_outcome,
    n.claim_state,
    n.expected_next,
    c.first_service_date,
    c.first_submitted_on,
    s.last_submitted_on,
    a.first_adjudicated_on,
    p.first_paid_on,
    n.state_since,
    n.expected_by,
    n.days_in_state,
    coalesce(s.submissions, 0) as submissions,
    a.adjudicated_lines,
    a.denied_lines,
    a.partially_denied_lines,
    a.patient_liability_denied_lines,
    a.adjudicated_charge_amount,
    a.denied_charge_amount,
    cast(coalesce(p.paid_amount, 0) as decimal(18, 2)) as paid_amount,
    n.open_balance_amount,
    n.is_overdue,
    c.is_submitted and coalesce(o.is_accepted_by_payer, false) as is_first_submission_accepted_by_payer
from claims as c
cross join run
inner join present_states as n on c.tracking_id = n.tracking_id and c.payer_sequence = n.payer_sequence
left join outcomes as o on c.first_submission_id = o.submission_id
left join submissions as s on c.claim_id = s.claim_id and c.payer_sequence = s.payer_sequence
left join first_adjudications as a on c.claim_id = a.claim_id and c.payer_sequence = a.payer_sequence
left join payments as p on c.claim_id = p.claim_id and c.payer_sequence = p.payer_sequence
