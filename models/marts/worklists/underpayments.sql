-- One row per line of metrics.underpayment_rate's numerator: paid on the claim's first adjudication,
-- but allowed more than a cent below the payer's own fee. A later payment may have mended it.
with

lines as (
    select
        *,
        charge_amount - fee_reduction_amount as allowed_amount,
        expected_allowed_amount - (charge_amount - fee_reduction_amount) as missing_amount
    from {{ ref('fct_adjudication_line') }}
    where is_first_adjudication and paid_amount > 0
),

charges as (select * from {{ ref('fct_charge') }}),

payers as (select * from {{ ref('dim_payer') }})

select
    l.adjudication_line_key,
    l.remittance_line_id,
    l.claim_key,
    l.claim_id,
    l.charge_key,
    l.charge_id,
    c.visit_key,
    c.visit_id,
    c.patient_key,
    c.patient_id,
    l.payer_id,
    l.clinic_id,
    l.provider_id,
    l.cpt_code,
    case
        when l.units < c.units then 'fewer units than billed'
        else 'less than the fee'
    end as reason,
    c.service_date,
    l.payment_date,
    l.payment_date + p.appeal_days as deadline_on,
    c.units as charge_units,
    l.units as paid_units,
    l.paid_amount,
    cast(l.allowed_amount as decimal(18, 2)) as allowed_amount,
    l.expected_allowed_amount,
    cast(l.missing_amount as decimal(18, 2)) as at_stake_amount,
    l.is_standing
from lines as l
left join charges as c on l.charge_key = c.charge_key
left join payers as p on l.payer_id = p.payer_id
where l.missing_amount > 0.01
