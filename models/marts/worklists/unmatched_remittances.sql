-- One row per remittance line that belongs to no charge: its money is in no metric and not in the
-- receivable until somebody finds out why. Zero lines are listed too: a refusal that nobody can see
-- is lost money.
with

lines as (select * from {{ ref('fct_adjudication_line') }} where charge_key is null),

claim_payments as (select * from {{ ref('stg_x12_835__claims') }}),

claims as (select * from {{ ref('fct_claim') }}),

payers as (select * from {{ ref('dim_payer') }}),

-- Who sent it, where no claim of the practice says so.
senders as (
    select
        edi_payer_id,
        min(payer_id) as payer_id
    from payers
    group by edi_payer_id
)

select
    l.source_file as file,
    l.claim_key,
    l.claim_id,
    r.payer_control_number as control_number,
    l.cpt_code,
    l.charge_amount,
    l.paid_amount,
    case when l.is_known_claim then 'no charge of the claim matches' else 'unknown claim' end as reason,
    c.patient_key,
    c.patient_id,
    p.payer_id,
    c.clinic_id,
    c.provider_id,
    l.payment_date,
    l.payment_date + p.appeal_days as deadline_on,
    cast(
        case when l.paid_amount <> 0 then abs(l.paid_amount) else abs(l.charge_amount) end as decimal(18, 2)
    ) as at_stake_amount
from lines as l
inner join claim_payments as r on l.remittance_claim_id = r.remittance_claim_id
left join claims as c on l.claim_key = c.claim_key and l.payer_sequence = c.payer_sequence
left join senders as s on r.edi_payer_id = s.edi_payer_id
left join payers as p on p.payer_id = coalesce(c.payer_id, s.payer_id)
