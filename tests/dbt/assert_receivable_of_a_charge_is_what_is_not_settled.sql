-- The ledger's balance of a charge is not the charge less its void, payments, contractual amounts
-- and adjustments by hand, or fct_charge tells other payments than the ledger: the data engineer
-- acts.
{{ config(meta={'dagster': {'ref': {'name': 'fct_receivable_event'}}}) }}
with

charges as (select * from {{ ref('fct_charge') }}),

settled as (
    select
        charge_id,
        sum(paid_amount) as paid_amount,
        sum(contractual_amount) as contractual_amount
    from {{ ref('fct_adjudication_line') }}
    where charge_id is not null
    group by charge_id
),

adjusted as (
    select
        a.charge_id,
        sum(a.amount) as adjusted_amount
    from {{ ref('stg_practice__adjustments') }} as a
    cross join {{ ref('stg_load__run') }} as run
    where a.posted_on <= run.as_of
    group by a.charge_id
),

balances as (
    select
        charge_id,
        sum(amount) as balance_amount
    from {{ ref('fct_receivable_event') }}
    where charge_id is not null
    group by charge_id
)

select c.charge_id
from charges as c
left join settled as s on c.charge_id = s.charge_id
left join adjusted as a on c.charge_id = a.charge_id
left join balances as b on c.charge_id = b.charge_id
where
    coalesce(b.balance_amount, 0)
    <> case when c.is_voided then 0 else c.charge_amount end
    - coalesce(s.paid_amount, 0) - coalesce(s.contractual_amount, 0) - coalesce(a.adjusted_amount, 0)
    or coalesce(c.payer_paid_amount, s.paid_amount, 0) <> coalesce(s.paid_amount, 0)
