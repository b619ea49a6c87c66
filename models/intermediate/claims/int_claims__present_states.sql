-- One row per claim: the state after its last event, since when, what is expected next and until when.
-- The days that nobody states are those of `intervals`.
with

run as (select * from {{ ref('stg_load__run') }}),

histories as (select * from {{ ref('int_claims__histories') }}),

answer_days as (select * from {{ ref('int_claims__answer_days') }}),

payers as (select * from {{ ref('stg_practice__payers') }}),

intervals as (
    select
        3 as acknowledgment_days,
        30 as adjudication_days,
        30 as follow_up_days,
        20 as fewest_answers
),

-- Until when nine of ten submissions of the payer had their answer.
payer_days as (
    select
        payer_id,
        cast(
            percentile_disc(0.9) within group (order by {{ days_from('sent_on', 'answered_on') }})
            as integer
        ) as adjudication_days,
        count(*) as answers
    from answer_days
    group by payer_id
),

present as (
    select
        h.tracking_id,
        h.payer_sequence,
        h.claim_state,
        h.state_since,
        h.balance_amount,
        case
            when h.is_superseded then 'none'
            when h.balance_amount < 0 then 'resolve_credit'
            when h.claim_state = 'written_off' then 'none'
            when h.claim_state = 'submitted' then 'acknowledgment'
            when h.claim_state in ('accepted', 'pending_at_payer') then 'adjudication'
            when h.claim_state = 'reversed' and not h.is_void_sent then 'adjudication'
            when h.owns_charges and h.balance_amount = 0 then 'none'
            when h.claim_state in ('not_submitted', 'reversed') then 'submit'
            when h.claim_state = 'rejected' then 'correct_and_resubmit'
            when h.claim_state = 'patient_balance' or h.is_refused_to_patient then 'patient_payment'
            when not h.owns_charges and h.claim_state = 'paid' then 'none'
            when h.is_next_payer_due and h.patient_due_amount > 0 and h.claim_state = 'paid'
                then 'secondary_claim'
            when h.claim_state in ('denied', 'partially_paid') then 'appeal'
            else 'settle_balance'
        end as expected_next,
        h.service_date,
        h.sent_on,
        h.answered_on,
        p.timely_filing_days,
        p.appeal_days,
        case when d.answers >= i.fewest_answers then d.adjudication_days else i.adjudication_days end
            as adjudication_days,
        i.acknowledgment_days,
        i.follow_up_days,
        run.as_of
    from histories as h
    cross join run
    cross join intervals as i
    left join payers as p on h.payer_id = p.payer_id
    left join payer_days as d on h.payer_id = d.payer_id
),

expected as (
    select
        *,
        case expected_next
            when 'acknowledgment' then sent_on + acknowledgment_days
            when 'adjudication'
                then case when claim_state = 'reversed' then answered_on else sent_on end + adjudication_days
            when 'submit' then service_date + timely_filing_days
            when 'correct_and_resubmit' then service_date + timely_filing_days
            when 'appeal' then answered_on + appeal_days
            when 'secondary_claim' then answered_on + follow_up_days
            when 'patient_payment' then state_since + follow_up_days
        end as expected_by
    from present
)

select
    tracking_id,
    payer_sequence,
    claim_state,
    state_since,
    {{ days_from('state_since', 'as_of') }} as days_in_state,
    expected_next,
    expected_by,
    balance_amount as open_balance_amount,
    coalesce(expected_by < as_of, false) as is_overdue
from expected
