-- One row per event of a claim, with the state that it leaves the claim in. Each submission opens a
-- cycle, in which the strongest word counts: sent, received, accepted, rejected, answered.
with

events as (
    select
        e.*,
        c.has_next_payer,
        e.kind in ('submission', 'replacement', 'void') as is_sent,
        a.standing_state,
        a.patient_share_amount,
        coalesce(a.is_refused_to_patient, false) as is_refused_to_patient,
        coalesce(a.is_next_answer, false) as is_next_answer
    from {{ ref('int_claims__events') }} as e
    inner join {{ ref('int_claims__tracked_claims') }} as c
        on e.tracking_id = c.tracking_id and e.payer_sequence = c.payer_sequence
    left join {{ ref('int_claims__answers') }} as a
        on
            e.tracking_id = a.tracking_id
            and e.payer_sequence = a.payer_sequence
            -- The payment and the share that are told after an answer decide nothing.
            and case when e.kind not in ('payer_payment', 'patient_share') then e.remittance_claim_id end
            = a.remittance_claim_id
),

-- What was last sent and last answered holds until the next of its kind. One sort of all events: windows
-- over what a window gave would each take another.
running as (
    select
        *,
        row_number() over history as event_order,
        {{ last_known('case when is_sent then kind end') }} over history as sent_kind,
        {{ last_known('case when is_sent then event_date end') }} over history as sent_on,
        max(case when is_sent then place end) over history as sent_place,
        max(case when kind = 'rejected' then place end) over history as rejected_place,
        max(case when kind = 'accepted_by_payer' then place end) over history as payer_place,
        max(case when kind = 'accepted_by_clearinghouse' then place end) over history
            as clearinghouse_place,
        coalesce(
            {{ last_known('case when standing_state is not null then true when is_sent then false end') }}
                over history,
            false
        ) as is_answered,
        {{ last_known('standing_state') }} over history as answer_state,
        {{ last_known('case when standing_state is not null then event_date end') }} over history
            as answered_on,
        coalesce(
            {{ last_known('case when standing_state is not null then is_refused_to_patient end') }}
                over history,
            false
        ) as has_patient_refusal,
        coalesce({{ last_known('patient_share_amount') }} over history, 0) as share_amount,
        sum(balance_change) over history as balance_amount,
        -sum(case when kind = 'write_off' then balance_change else 0 end) over history
            as written_off_amount,
        -sum(case when kind in ('patient_payment', 'refund') then balance_change else 0 end) over history
            as patient_paid_amount,
        max(case when is_next_answer then 1 else 0 end) over history = 1 as has_next_answer
    from events
    window history as (
        partition by tracking_id, payer_sequence
        order by
            event_date, step, place, kind,
            detail nulls last, submission_id nulls last, remittance_claim_id nulls last
        rows between unbounded preceding and current row
    )
),

payer_states as (
    select
        *,
        greatest(share_amount - patient_paid_amount, 0) as patient_due_amount,
        has_next_payer and not has_next_answer as is_next_payer_due,
        -- A word has the place of its submission: one on an earlier submission no longer matters.
        case
            when is_answered then answer_state
            when rejected_place = sent_place then 'rejected'
            when sent_kind = 'void' then 'reversed'
            when payer_place = sent_place then 'pending_at_payer'
            when clearinghouse_place = sent_place then 'accepted'
            when sent_kind is not null then 'submitted'
            else 'not_submitted'
        end as payer_state
    from running
),

states as (
    select
        *,
        case
            when written_off_amount > 0 and balance_amount <= 0 then 'written_off'
            when
                balance_amount > 0
                and patient_due_amount > 0
                and not is_next_payer_due
                and (
                    payer_state = 'paid'
                    or (payer_state = 'partially_paid' and balance_amount <= patient_due_amount)
                )
                then 'patient_balance'
            else payer_state
        end as state_after
    from payer_states
),

followed as (
    select
        *,
        lag(event_date) over history as previous_date,
        lag(state_after) over history as state_before
    from states
    window history as (partition by tracking_id, payer_sequence order by event_order)
)

select
    tracking_id,
    payer_sequence,
    event_order,
    event_date,
    kind,
    detail,
    submission_id,
    remittance_claim_id,
    amount,
    state_after,
    cast(balance_amount as decimal(18, 2)) as balance_amount,
    cast(patient_due_amount as decimal(18, 2)) as patient_due_amount,
    {{ days_from('previous_date', 'event_date') }} as days_since_previous,
    sent_on,
    answered_on,
    is_answered and has_patient_refusal as is_refused_to_patient,
    coalesce(sent_kind = 'void', false) as is_void_sent,
    is_next_payer_due,
    coalesce(state_before <> state_after, true) as is_change,
    source_file
from followed
