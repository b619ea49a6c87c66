-- One row per remittance, claim payment or line read tonight whose amounts do not add up.
{{ config(materialized='view') }}
with

payments as (select * from {{ kept_tonight('835__payments') }}),

claims as (select * from {{ kept_tonight('835__claims') }}),

lines as (select * from {{ kept_tonight('835__lines') }}),

adjustments as (select * from {{ kept_tonight('835__adjustments') }}),

provider_adjustments as (select * from {{ kept_tonight('835__provider_adjustments') }}),

claim_sums as (
    select
        set_key,
        sum(paid_amount) as amount
    from claims
    group by set_key
),

provider_adjustment_sums as (
    select
        set_key,
        sum(amount) as amount
    from provider_adjustments
    group by set_key
),

claim_adjustment_sums as (
    select
        set_key,
        clp_number,
        sum(amount) as amount
    from adjustments
    group by set_key, clp_number
),

line_adjustment_sums as (
    select
        set_key,
        clp_number,
        line_number,
        sum(amount) as amount
    from adjustments
    group by set_key, clp_number, line_number
),

compared as (
    select
        'remittance' as level,
        payments.set_key,
        cast(null as bigint) as clp_number,
        cast(null as bigint) as line_number,
        coalesce(claim_sums.amount, 0) - coalesce(provider_adjustment_sums.amount, 0) as expected_amount,
        payments.payment_amount as found_amount
    from payments
    left join claim_sums on payments.set_key = claim_sums.set_key
    left join provider_adjustment_sums
        on payments.set_key = provider_adjustment_sums.set_key
    union all
    select
        'claim' as level,
        claims.set_key,
        claims.clp_number,
        cast(null as bigint) as line_number,
        claims.charge_amount - coalesce(sums.amount, 0) as expected_amount,
        claims.paid_amount as found_amount
    from claims
    left join claim_adjustment_sums as sums
        on claims.set_key = sums.set_key and claims.clp_number = sums.clp_number
    union all
    select
        'line' as level,
        lines.set_key,
        lines.clp_number,
        lines.line_number,
        lines.charge_amount - coalesce(sums.amount, 0) as expected_amount,
        lines.paid_amount as found_amount
    from lines
    left join line_adjustment_sums as sums
        on
            lines.set_key = sums.set_key
            and lines.clp_number = sums.clp_number
            and lines.line_number = sums.line_number
)

select
    level,
    set_key,
    clp_number,
    line_number,
    cast(expected_amount as decimal(18, 2)) as expected_amount,
    found_amount,
    cast(found_amount - expected_amount as decimal(18, 2)) as difference_amount
from compared
where found_amount <> expected_amount
