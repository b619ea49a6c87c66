-- One row per claim payment and tracked claim that it concerns: the claim it names, the primary claim
-- of that number, and every claim that owns a charge it moves. balance_change is what it moves there.
with

adjudications as (select * from {{ ref('int_claims__adjudication_states') }}),

claims as (select * from {{ ref('int_claims__tracked_claims') }}),

owners as (select * from {{ ref('int_claims__tracked_charges') }} where owns_charge),

ledger as (select * from {{ ref('int_ledger__events') }}),

lines as (select * from {{ ref('int_remittances__adjudicated_lines') }}),

moved as (
    select
        l.remittance_claim_id,
        o.tracking_id,
        o.payer_sequence,
        sum(e.amount) as balance_change,
        -sum(case when e.event_id like 'paid:%' then e.amount else 0 end) as paid_amount
    from ledger as e
    inner join lines as l on e.remittance_line_id = l.remittance_line_id
    inner join owners as o on e.charge_id = o.charge_id
    group by l.remittance_claim_id, o.tracking_id, o.payer_sequence
),

-- An answer concerns the claim it names, the primary claim of that number, and whoever owns a charge.
concerned as (
    select
        a.remittance_claim_id,
        c.tracking_id,
        c.payer_sequence,
        c.payer_sequence = a.payer_sequence as is_own,
        true as is_own_number
    from adjudications as a
    inner join claims as c
        on a.claim_id = c.claim_id and c.payer_sequence in (a.payer_sequence, 'P')
    union all
    select
        m.remittance_claim_id,
        m.tracking_id,
        m.payer_sequence,
        false as is_own,
        m.tracking_id = concat('claim:', coalesce(a.claim_id, '')) as is_own_number
    from moved as m
    inner join adjudications as a on m.remittance_claim_id = a.remittance_claim_id
    where
        m.tracking_id <> concat('claim:', coalesce(a.claim_id, ''))
        or m.payer_sequence not in (a.payer_sequence, 'P')
)

select
    n.tracking_id,
    n.payer_sequence,
    a.remittance_claim_id,
    a.place,
    a.payment_date,
    a.payer_sequence as answered_sequence,
    a.verdict,
    n.is_own,
    case when n.is_own then a.standing_state end as standing_state,
    -- Whoever answered the number last says what is left to the patient.
    case when n.is_own_number then a.patient_share_amount end as patient_share_amount,
    case when n.is_own then a.charge_amount end as charge_amount,
    case when n.is_own then a.paid_amount else coalesce(m.paid_amount, 0) end as paid_amount,
    case when n.is_own then a.patient_responsibility_amount end as patient_responsibility_amount,
    coalesce(m.balance_change, 0) as balance_change,
    n.is_own and a.is_refused_to_patient as is_refused_to_patient,
    coalesce(a.payer_sequence > n.payer_sequence and a.standing_state <> 'reversed', false)
        as is_next_answer,
    a.source_file
from concerned as n
inner join adjudications as a on n.remittance_claim_id = a.remittance_claim_id
left join moved as m
    on
        n.remittance_claim_id = m.remittance_claim_id
        and n.tracking_id = m.tracking_id
        and n.payer_sequence = m.payer_sequence
