-- One row per remittance line that belongs to no charge: its money is in no metric and not in the
-- receivable until somebody finds out why. Zero lines are listed too: a refusal that nobody can see
-- is lost money.
with

run as (select * from {{ ref('stg_load__run') }}),

lines as (
    select * from {{ ref('int_remittances__adjudicated_lines') }} where charge_id is null
),

claims as (select * from {{ ref('int_claims__claims') }}),

payers as (select * from {{ ref('stg_practice__payers') }}),

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
    {{ pseudonym('claim', 'l.claim_id') }} as claim_key,
    l.claim_id,
    l.payer_control_number as control_number,
    l.cpt_code,
    l.charge_amount,
    l.paid_amount,
    case when l.is_known_claim then 'no charge of the claim matches' else 'unknown claim' end as reason,
    {{ pseudonym('patient', 'c.patient_id') }} as patient_key,
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
cross join run
left join claims as c on l.claim_id = c.claim_id and l.payer_sequence = c.payer_sequence
left join senders as s on l.edi_payer_id = s.edi_payer_id
left join payers as p on p.payer_id = coalesce(c.payer_id, s.payer_id)
