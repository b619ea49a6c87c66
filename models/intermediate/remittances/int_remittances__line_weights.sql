-- One row per line of a claim payment: its weight in whatever the claim level spreads over its
-- lines, and its paid amount after CLP04 was spread, so that the lines of a claim payment always
-- sum to it. Weights are the paid amounts; where these sum to zero, the charges. The last line with
-- a weight takes the rest.
with

lines as (select * from {{ ref('int_remittances__raw_lines') }}),

claim_payments as (select * from {{ ref('int_remittances__claims') }}),

totals as (
    select
        remittance_claim_id,
        sum(remitted_amount) as remitted_amount,
        sum(charge_amount) as charge_amount
    from lines
    group by remittance_claim_id
),

weighted as (
    select
        l.remittance_line_id,
        l.remittance_claim_id,
        l.line_number,
        l.remitted_amount,
        case when t.remitted_amount <> 0 then l.remitted_amount else l.charge_amount end as weight,
        case when t.remitted_amount <> 0 then t.remitted_amount else t.charge_amount end as total_weight,
        c.paid_amount - t.remitted_amount as difference
    from lines as l
    inner join totals as t on l.remittance_claim_id = t.remittance_claim_id
    inner join claim_payments as c on l.remittance_claim_id = c.remittance_claim_id
),

-- Without any weight the last line takes all: money is never dropped.
flagged as (
    select
        *,
        line_number = max(case when weight <> 0 or total_weight = 0 then line_number end)
            over (partition by remittance_claim_id) as takes_rest
    from weighted
),

shared as (
    select
        *,
        case
            when takes_rest then 0
            else coalesce({{ share_of_amount('difference', 'weight', 'total_weight') }}, 0)
        end as share
    from flagged
)

select
    remittance_line_id,
    remittance_claim_id,
    line_number,
    weight,
    total_weight,
    takes_rest,
    cast(
        remitted_amount
        + case
            when takes_rest then difference - sum(share) over (partition by remittance_claim_id)
            else share
        end as decimal(18, 2)
    ) as paid_amount
from shared
