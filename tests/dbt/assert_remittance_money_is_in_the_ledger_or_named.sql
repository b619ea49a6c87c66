-- Cents of a remittance (BPR02) are neither in the ledger nor named with a reason, or are in both:
-- the billing lead must not trust any payment of that file until the data engineer has found them.
{{ config(meta={'dagster': {'ref': {'name': 'reconciliation'}}}) }}
with

payments as (
    select p.*
    from {{ ref('stg_x12_835__payments') }} as p
    cross join {{ ref('stg_load__run') }} as run
    where p.payment_date <= run.as_of
),

in_the_ledger as (
    select
        c.transaction_set_id,
        -sum(e.amount) as amount
    from {{ ref('fct_receivable_event') }} as e
    inner join {{ ref('fct_adjudication_line') }} as l
        on e.adjudication_line_key = l.adjudication_line_key
    inner join {{ ref('stg_x12_835__claims') }} as c on l.remittance_claim_id = c.remittance_claim_id
    where e.kind in ('payer_payment', 'reversal') and e.event_id like 'paid:%'
    group by c.transaction_set_id
),

named as (
    select
        transaction_set_id,
        sum(case when reason = 'in_receivable' then amount else 0 end) as receivable_amount,
        sum(case when reason = 'in_receivable' then 0 else amount end) as other_amount
    from {{ ref('reconciliation') }}
    where is_in_payment
    group by transaction_set_id
)

select p.transaction_set_id
from payments as p
left join in_the_ledger as l on p.transaction_set_id = l.transaction_set_id
left join named as n on p.transaction_set_id = n.transaction_set_id
where
    p.payment_amount <> coalesce(l.amount, 0) + coalesce(n.other_amount, 0)
    or coalesce(l.amount, 0) <> coalesce(n.receivable_amount, 0)
