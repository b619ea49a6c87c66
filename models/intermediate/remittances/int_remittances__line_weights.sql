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
        sum(charge_amount) as charge_amount,
        max(case when remitted_amount <> 0 then line_number end) as last_paid_line,
        max(case when charge_amount <> 0 then line_number end) as last_charged_line,
        max(line_number) as last_line
    from lines
    group by remittance_claim_id
),

-- Without any weight the last line takes all: money is never dropped.
weighted as (
    select
        l.remittance_line_id,
        l.remittance_claim_id,
        l.line_number,
        l.remitted_amount,
        case when t.remitted_amount <> 0 then l.remitted_amount else l.charge_amount end as weight,
        case when t.remitted_amount <> 0 then t.remitted_amount else t.charge_amount end as total_weight,
        c.paid_amount - t.remitted_amount as difference,
        l.line_number = case
            when t.remitted_amount <> 0 then t.last_paid_line
            when t.charge_amount <> 0 then t.last_charged_line
            else t.last_line
        end as takes_rest
    from lines as l
    inner join totals as t on l.remittance_claim_id = t.remittance_claim_id
    inner join claim_payments as c on l.remittance_claim_id = c.remittance_claim_id
),

-- Nearly all lines sum to what was paid: nothing is spread over them.
shares as (
    select
        remittance_line_id,
        remittance_claim_id,
        coalesce({{ share_of_amount('difference', 'weight', 'total_weight') }}, 0) as share
    from weighted
    where difference <> 0 and not takes_rest
),

spread as (
    select
        remittance_claim_id,
        sum(share) as amount
    from shares
    group by remittance_claim_id
)

select
    w.remittance_line_id,
    w.remittance_claim_id,
    w.line_number,
    w.weight,
    w.total_weight,
    w.takes_rest,
    cast(
        w.remitted_amount
        + case when w.takes_rest then w.difference - coalesce(d.amount, 0) else coalesce(s.share, 0) end
        as decimal(18, 2)
    ) as paid_amount
from weighted as w
left join shares as s on w.remittance_line_id = s.remittance_line_id
left join spread as d on w.remittance_claim_id = d.remittance_claim_id
