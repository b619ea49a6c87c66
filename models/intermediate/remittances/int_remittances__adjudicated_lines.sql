-- One row per line of a claim payment with everything later models ask of it: its charge, verdict,
-- amounts, and whether the claim payment stands, is the first adjudication, or was reversed.
with

claim_payments as (select * from {{ ref('int_remittances__claims') }}),

reversals as (select * from {{ ref('int_remittances__reversals') }}),

lines as (select * from {{ ref('int_remittances__raw_lines') }}),

matches as (select * from {{ ref('int_remittances__line_matches') }}),

verdicts as (select * from {{ ref('int_remittances__line_verdicts') }}),

-- All that the first remittance to answer a claim says of it, which may be several claim payments.
first_adjudications as (
    select remittance_claim_id
    from claim_payments
    where payer_sequence = 'P' and status_code in ('1', '4', '19') and is_known_claim
    qualify
        transaction_set_id = first_value(transaction_set_id)
            over (partition by claim_id order by payment_date, set_order, clp_number)
),

-- An answer that only says "you sent this before" leaves the state of its charges as it was.
duplicate_answers as (
    select l.remittance_claim_id
    from lines as l
    inner join verdicts as v on l.remittance_line_id = v.remittance_line_id
    group by l.remittance_claim_id
    having bool_and(v.is_duplicate_denial)
),

cancelled as (
    select cancelled_remittance_claim_id as remittance_claim_id
    from reversals
    where cancelled_remittance_claim_id is not null
),

reversed_denials as (
    select
        r.remittance_claim_id,
        m.charge_id
    from reversals as r
    inner join lines as l on r.cancelled_remittance_claim_id = l.remittance_claim_id
    inner join matches as m on l.remittance_line_id = m.remittance_line_id
    inner join verdicts as v on l.remittance_line_id = v.remittance_line_id
    group by r.remittance_claim_id, m.charge_id
    having bool_and(v.is_denied)
)

select
    l.remittance_line_id,
    l.remittance_claim_id,
    c.transaction_set_id,
    c.claim_id,
    c.payer_sequence,
    m.charge_id,
    m.match_tier,
    l.line_number,
    l.cpt_code,
    l.modifier_1,
    l.modifier_2,
    l.modifier_3,
    l.modifier_4,
    l.service_date,
    l.remark_codes,
    l.units,
    c.status_code,
    c.payer_control_number,
    c.edi_payer_id,
    c.payment_date,
    c.adjudication_number,
    c.set_order,
    c.clp_number,
    cast(l.charge_amount as decimal(18, 2)) as charge_amount,
    v.paid_amount,
    v.patient_responsibility_amount,
    case
        when c.payer_sequence <> 'P' then cast(0 as decimal(18, 2))
        when c.is_reversal and m.charge_id is not null and rd.charge_id is not null
            then cast(0 as decimal(18, 2))
        when (not c.is_reversal or m.charge_id is null) and v.is_denied then cast(0 as decimal(18, 2))
        else v.contractual_amount
    end as contractual_amount,
    v.fee_reduction_amount,
    v.denial_amount,
    v.root_cause,
    v.liability,
    case
        when c.is_reversal and m.charge_id is not null then rd.charge_id is not null
        else v.is_denied
    end as is_denied,
    v.is_partially_denied and not c.is_reversal as is_partially_denied,
    v.is_duplicate_denial,
    c.is_known_claim,
    c.is_reversal,
    c.can_stand and x.remittance_claim_id is null as is_standing,
    d.remittance_claim_id is not null as is_duplicate_answer,
    f.remittance_claim_id is not null as is_first_adjudication,
    l.is_stand_in,
    c.source_file
from lines as l
inner join claim_payments as c on l.remittance_claim_id = c.remittance_claim_id
inner join verdicts as v on l.remittance_line_id = v.remittance_line_id
left join matches as m on l.remittance_line_id = m.remittance_line_id
left join first_adjudications as f on l.remittance_claim_id = f.remittance_claim_id
left join duplicate_answers as d on l.remittance_claim_id = d.remittance_claim_id
left join cancelled as x on l.remittance_claim_id = x.remittance_claim_id
left join reversed_denials as rd
    on c.remittance_claim_id = rd.remittance_claim_id and m.charge_id = rd.charge_id
