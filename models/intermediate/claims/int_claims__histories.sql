-- One row per claim that is tracked: what its submissions, answers and events came to, and the state
-- after the last of them. Nothing here moves with the day alone: what is expected next and by when is
-- decided in int_claims__present_states.
{{ config(materialized='replaced', meta={'replaced_by': 'claim_or_patient'}) }}
with

claims as (select * from {{ ref('int_claims__tracked_claims') }}),

states as (select * from {{ ref('int_claims__states') }}),

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
),

ends as (
    select
        tracking_id,
        payer_sequence,
        max(event_order) as last_event_order,
        max(case when is_change then event_date end) as state_since
    from states
    group by tracking_id, payer_sequence
),

last_events as (
    select
        s.*,
        e.state_since
    from states as s
    inner join ends as e
        on
            s.tracking_id = e.tracking_id
            and s.payer_sequence = e.payer_sequence
            and s.event_order = e.last_event_order
)

select
    c.tracking_id,
    c.claim_id,
    c.payer_sequence,
    c.visit_id,
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
    e.state_after as claim_state,
    c.first_service_date,
    c.service_date,
    c.first_submitted_on,
    s.last_submitted_on,
    a.first_adjudicated_on,
    p.first_paid_on,
    e.state_since,
    e.sent_on,
    e.answered_on,
    coalesce(s.submissions, 0) as submissions,
    a.adjudicated_lines,
    a.denied_lines,
    a.partially_denied_lines,
    a.patient_liability_denied_lines,
    a.adjudicated_charge_amount,
    a.denied_charge_amount,
    cast(coalesce(p.paid_amount, 0) as decimal(18, 2)) as paid_amount,
    e.balance_amount,
    e.patient_due_amount,
    c.owns_charges,
    c.is_superseded,
    e.is_refused_to_patient,
    e.is_void_sent,
    e.is_next_payer_due,
    c.is_submitted and coalesce(o.is_accepted_by_payer, false) as is_first_submission_accepted_by_payer
from claims as c
inner join last_events as e on c.tracking_id = e.tracking_id and c.payer_sequence = e.payer_sequence
left join outcomes as o on c.first_submission_id = o.submission_id
left join submissions as s on c.claim_id = s.claim_id and c.payer_sequence = s.payer_sequence
left join first_adjudications as a on c.claim_id = a.claim_id and c.payer_sequence = a.payer_sequence
left join payments as p on c.claim_id = p.claim_id and c.payer_sequence = p.payer_sequence
