-- One row per remittance, claim payment or line read tonight whose amounts do not add up.
with

payments as (select * from {{ ref('base_x12_835__payments') }}),

claims as (select * from {{ ref('base_x12_835__claims') }}),

lines as (select * from {{ ref('base_x12_835__lines') }}),

adjustments as (select * from {{ ref('base_x12_835__adjustments') }}),

provider_adjustments as (select * from {{ ref('base_x12_835__provider_adjustments') }}),

claim_sums as (
    select
        transaction_set_id,
        sum(paid_amount) as amount
    from claims
    group by transaction_set_id
),

provider_adjustment_sums as (
    select
        transaction_set_id,
        sum(amount) as amount
    from provider_adjustments
    group by transaction_set_id
),

claim_adjustment_sums as (
    select
        remittance_claim_id,
        sum(amount) as amount
    from adjustments
    group by remittance_claim_id
),

line_adjustment_sums as (
    select
        remittance_claim_id,
        line_number,
        sum(amount) as amount
    from adjustments
    group by remittance_claim_id, line_number
),

compared as (
    select
        'remittance' as level,
        payments.transaction_set_id,
        cast(null as varchar) as remittance_claim_id,
        cast(null as bigint) as line_number,
        coalesce(claim_sums.amount, 0) - coalesce(provider_adjustment_sums.amount, 0) as expected_amount,
        payments.payment_amount as found_amount
    from payments
    left join claim_sums on payments.transaction_set_id = claim_sums.transaction_set_id
    left join provider_adjustment_sums
        on payments.transaction_set_id = provider_adjustment_sums.transaction_set_id
    union all
    select
        'claim' as level,
        claims.transaction_set_id,
        claims.remittance_claim_id,
        cast(null as bigint) as line_number,
        claims.charge_amount - coalesce(sums.amount, 0) as expected_amount,
        claims.paid_amount as found_amount
    from claims
    left join claim_adjustment_sums as sums on claims.remittance_claim_id = sums.remittance_claim_id
    union all
    select
        'line' as level,
        lines.transaction_set_id,
        lines.remittance_claim_id,
        lines.line_number,
        lines.charge_amount - coalesce(sums.amount, 0) as expected_amount,
        lines.paid_amount as found_amount
    from lines
    left join line_adjustment_sums as sums
        on lines.remittance_claim_id = sums.remittance_claim_id and lines.line_number = sums.line_number
)

select
    level,
    transaction_set_id,
    remittance_claim_id,
    line_number,
    cast(expected_amount as decimal(18, 2)) as expected_amount,
    found_amount,
    cast(found_amount - expected_amount as decimal(18, 2)) as difference_amount
from compared
where found_amount <> expected_amount
