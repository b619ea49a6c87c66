-- One row per claim: the state after its last event, since when, what is expected next and until when.
-- The days that nobody states are those of `intervals`.
with

run as (select * from {{ ref('stg_load__run') }}),

claims as (select * from {{ ref('int_claims__tracked_claims') }}),

payers as (select * from {{ ref('stg_practice__payers') }}),

states as (select * from {{ ref('int_claims__states') }}),

intervals as (
    select
        3 as acknowledgment_days,
        30 as adjudication_days,
        30 as follow_up_days,
        20 as fewest_answers
),

last_events as (
    select * from states
    qualify row_number() over (partition by tracking_id, payer_sequence order by event_order desc) = 1
),

changes as (
    select
        tracking_id,
        payer_sequence,
        max(event_date) as state_since
    from states
    where is_change
    group by tracking_id, payer_sequence
),

answered as (
    select
        tracking_id,
        payer_sequence,
        sent_on,
        min(event_date) as answered_on
    from states
    where kind = 'adjudicated' and sent_on is not null
    group by tracking_id, payer_sequence, sent_on
),

-- Until when nine of ten submissions of the payer had their answer.
payer_days as (
    select
        c.payer_id,
        cast(
            percentile_disc(0.9) within group (order by {{ days_from('a.sent_on', 'a.answered_on') }})
            as integer
        ) as adjudication_days,
        count(*) as answers
    from answered as a
    inner join claims as c on a.tracking_id = c.tracking_id and a.payer_sequence = c.payer_sequence
    group by c.payer_id
),

present as (
    select
        c.tracking_id,
        c.payer_sequence,
        e.state_after as claim_state,
        s.state_since,
        e.balance_amount,
        case
            when c.is_superseded then 'none'
            when e.balance_amount < 0 then 'resolve_credit'
            when e.state_after = 'written_off' then 'none'
            when e.state_after = 'submitted' then 'acknowledgment'
            when e.state_after in ('accepted', 'pending_at_payer') then 'adjudication'
            when e.state_after = 'reversed' and not e.is_void_sent then 'adjudication'
            when c.owns_charges and e.balance_amount = 0 then 'none'
            when e.state_after in ('not_submitted', 'reversed') then 'submit'
            when e.state_after = 'rejected' then 'correct_and_resubmit'
            when e.state_after = 'patient_balance' or e.is_refused_to_patient then 'patient_payment'
            when not c.owns_charges and e.state_after = 'paid' then 'none'
            when e.is_next_payer_due and e.patient_due_amount > 0 and e.state_after = 'paid'
                then 'secondary_claim'
            when e.state_after in ('denied', 'partially_paid') then 'appeal'
            else 'settle_balance'
        end as expected_next,
        c.service_date,
        e.sent_on,
        e.answered_on,
        p.timely_filing_days,
        p.appeal_days,
        case when d.answers >= i.fewest_answers then d.adjudication_days else i.adjudication_days end
            as adjudication_days,
        i.acknowledgment_days,
        i.follow_up_days,
        run.as_of
    from claims as c
    cross join run
    cross join intervals as i
    inner join last_events as e on c.tracking_id = e.tracking_id and c.payer_sequence = e.payer_sequence
    inner join changes as s on c.tracking_id = s.tracking_id and c.payer_sequence = s.payer_sequence
    left join payers as p on c.payer_id = p.payer_id
    left join payer_days as d on c.payer_id = d.payer_id
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
