-- reconciliation calls money of a remittance out of balance that its own claims and provider
-- adjustments explain, or the other way round: amounts were lost between staging and core; the data
-- engineer acts.
{{ config(meta={'dagster': {'ref': {'name': 'reconciliation'}}}) }}
with

payments as (
    select p.*
    from {{ ref('stg_x12_835__payments') }} as p
    cross join {{ ref('stg_load__run') }} as run
    where p.payment_date <= run.as_of
),

claim_sums as (
    select
        transaction_set_id,
        sum(paid_amount) as amount
    from {{ ref('stg_x12_835__claims') }}
    group by transaction_set_id
),

provider_adjustment_sums as (
    select
        transaction_set_id,
        sum(amount) as amount
    from {{ ref('stg_x12_835__provider_adjustments') }}
    group by transaction_set_id
),

named as (
    select
        transaction_set_id,
        amount
    from {{ ref('reconciliation') }}
    where reason = 'out_of_balance'
)

select p.transaction_set_id
from payments as p
left join claim_sums as c on p.transaction_set_id = c.transaction_set_id
left join provider_adjustment_sums as a on p.transaction_set_id = a.transaction_set_id
left join named as n on p.transaction_set_id = n.transaction_set_id
where p.payment_amount - coalesce(c.amount, 0) + coalesce(a.amount, 0) <> coalesce(n.amount, 0)
