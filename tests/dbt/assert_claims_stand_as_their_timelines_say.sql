-- A claim has no timeline, or another state, balance or payer money than its timeline ends with: nobody
-- can trust what fct_claim says is open; the data engineer acts.
{{ config(meta={'dagster': {'ref': {'name': 'fct_claim_event'}}}) }}
with

timelines as (
    select
        claim_key,
        payer_sequence,
        count(*) as events,
        max(event_order) as last_event_order,
        max_by(state_after, event_order) as last_state,
        max_by(balance_after_amount, event_order) as last_balance_amount,
        max(case when is_state_change then event_date end) as state_since,
        sum(case when kind = 'payer_payment' then amount else 0 end) as paid_amount
    from {{ ref('fct_claim_event') }}
    group by claim_key, payer_sequence
)

select c.claim_key
from {{ ref('fct_claim') }} as c
left join timelines as t on c.claim_key = t.claim_key and c.payer_sequence = t.payer_sequence
where
    t.claim_key is null
    or t.events <> t.last_event_order
    or c.claim_state <> t.last_state
    or c.state_since <> t.state_since
    or c.open_balance_amount <> t.last_balance_amount
    or c.paid_amount <> t.paid_amount
