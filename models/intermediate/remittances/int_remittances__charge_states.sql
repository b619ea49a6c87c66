-- One row per charge that a remittance line was matched to: what all payers paid for it, and its
-- state after the last standing primary adjudication (none: the state columns are null, the charge
-- is not adjudicated).
with

lines as (
    select * from {{ ref('int_remittances__adjudicated_lines') }} where charge_id is not null
),

payments as (
    select
        charge_id,
        sum(paid_amount) as payer_paid_amount,
        sum(case when payer_sequence = 'P' then 0 else paid_amount end) as other_payer_paid_amount
    from lines
    group by charge_id
),

-- A payer may answer one charge in several lines of a claim payment: together they are its state.
primary_lines as (
    select *
    from lines
    where payer_sequence = 'P' and is_standing and not is_duplicate_answer
    qualify rank() over (
        partition by charge_id order by payment_date desc, set_order desc, clp_number desc
    ) = 1
),

primary_states as (
    select
        charge_id,
        min(remittance_line_id) as remittance_line_id,
        min(payment_date) as payment_date,
        cast(sum(contractual_amount) as decimal(18, 2)) as contractual_amount,
        min(root_cause) as root_cause,
        bool_and(is_denied) as is_denied
    from primary_lines
    group by charge_id
),

last_lines as (
    select *
    from lines
    where is_standing and not is_duplicate_answer
    qualify rank() over (
        partition by charge_id order by payment_date desc, set_order desc, clp_number desc
    ) = 1
),

last_states as (
    select
        charge_id,
        cast(sum(patient_responsibility_amount) as decimal(18, 2)) as patient_responsibility_amount
    from last_lines
    group by charge_id
)

select
    p.charge_id,
    p.payer_paid_amount,
    p.other_payer_paid_amount,
    coalesce(l.patient_responsibility_amount, 0) as patient_responsibility_amount,
    s.remittance_line_id as state_remittance_line_id,
    s.payment_date as adjudicated_on,
    s.contractual_amount,
    s.root_cause,
    s.remittance_line_id is not null as is_primary_adjudicated,
    coalesce(s.is_denied, false) as is_denied
from payments as p
left join primary_states as s on p.charge_id = s.charge_id
left join last_states as l on p.charge_id = l.charge_id
