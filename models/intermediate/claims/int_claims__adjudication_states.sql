-- One row per claim payment of a known claim: its own verdict, and how the claim stands after it when
-- reversed answers are gone and a charge's last answer counts. Null state: it changes nothing.
with

claim_payments as (
    select
        *,
        row_number() over (partition by claim_id order by payment_date, set_order, clp_number) as place
    from {{ ref('int_remittances__claims') }}
    where is_known_claim
),

cancelled as (
    select
        r.cancelled_remittance_claim_id as remittance_claim_id,
        c.place
    from {{ ref('int_remittances__reversals') }} as r
    inner join claim_payments as c on r.remittance_claim_id = c.remittance_claim_id
),

lines as (
    select
        *,
        -- A line that found no charge still is a part of the answer.
        coalesce(charge_id, remittance_line_id) as item_id
    from {{ ref('int_remittances__adjudicated_lines') }}
    where is_known_claim
),

verdicts as (
    select
        remittance_claim_id,
        {{ amount_where('charge_amount') }} as charge_amount,
        {{ amount_where('patient_responsibility_amount') }} as patient_responsibility_amount,
        bool_or(is_denied or is_partially_denied) as has_refusal,
        bool_and(is_denied or charge_amount = 0) and bool_or(is_denied) as is_denied,
        bool_or(is_duplicate_answer) as is_duplicate
    from lines
    group by remittance_claim_id
),

items as (
    select
        l.remittance_claim_id,
        l.item_id,
        c.claim_id,
        c.payer_sequence,
        c.place,
        x.place as cancelled_place,
        sum(l.charge_amount) <> 0 as is_charged,
        bool_and(l.is_denied) as is_denied,
        bool_or(l.is_denied or l.is_partially_denied) as has_refusal,
        bool_or((l.is_denied or l.is_partially_denied) and l.liability <> 'patient') as has_payer_refusal,
        sum(l.patient_responsibility_amount) as patient_responsibility_amount
    from lines as l
    inner join claim_payments as c on l.remittance_claim_id = c.remittance_claim_id
    left join cancelled as x on l.remittance_claim_id = x.remittance_claim_id
    where c.can_stand and not l.is_duplicate_answer
    group by l.remittance_claim_id, l.item_id, c.claim_id, c.payer_sequence, c.place, x.place
),

-- Claim payments of one claim number are few: each sees those before it.
standing as (
    select
        c.remittance_claim_id,
        i.is_charged,
        i.is_denied,
        i.has_refusal,
        i.has_payer_refusal,
        i.patient_responsibility_amount,
        i.payer_sequence = c.payer_sequence
        and row_number() over (
            partition by c.remittance_claim_id, i.payer_sequence, i.item_id order by i.place desc
        ) = 1 as is_answer,
        row_number() over (
            partition by c.remittance_claim_id, i.item_id order by i.place desc
        ) = 1 as is_last_answer
    from claim_payments as c
    inner join items as i
        on
            c.claim_id = i.claim_id
            and i.place <= c.place
            and (i.cancelled_place is null or i.cancelled_place > c.place)
),

sums as (
    select
        remittance_claim_id,
        {{ count_where('is_answer') }} as answered_items,
        {{ count_where('is_answer and is_charged') }} as charged_items,
        {{ count_where('is_answer and is_charged and is_denied') }} as denied_items,
        {{ count_where('is_answer and has_refusal') }} as refused_items,
        {{ count_where('is_answer and has_payer_refusal') }} as payer_refused_items,
        {{ amount_where('patient_responsibility_amount', 'is_last_answer') }} as patient_share_amount
    from standing
    group by remittance_claim_id
)

select
    c.remittance_claim_id,
    c.claim_id,
    c.payer_sequence,
    c.place,
    c.payment_date,
    case
        when c.is_reversal then 'reversal'
        when not c.can_stand then 'not_final'
        when v.is_duplicate then 'duplicate'
        when v.is_denied then 'denied'
        when v.has_refusal then 'partially_paid'
        else 'paid'
    end as verdict,
    case
        when not c.is_reversal and (not c.can_stand or v.is_duplicate) then null
        when coalesce(s.answered_items, 0) = 0 then 'reversed'
        when s.denied_items > 0 and s.denied_items = s.charged_items then 'denied'
        when s.refused_items > 0 then 'partially_paid'
        else 'paid'
    end as standing_state,
    v.charge_amount,
    c.paid_amount,
    v.patient_responsibility_amount,
    coalesce(s.patient_share_amount, 0) as patient_share_amount,
    coalesce(s.refused_items > 0 and s.payer_refused_items = 0, false) as is_refused_to_patient,
    c.source_file
from claim_payments as c
inner join verdicts as v on c.remittance_claim_id = v.remittance_claim_id
left join sums as s on c.remittance_claim_id = s.remittance_claim_id
