-- A claim has no timeline, or another state, balance or payer money than its timeline ends with: nobody
-- can trust what fct_claim says is open; the data engineer acts.
{{ config(meta={'dagster': {'ref': {'name': 'fct_claim_event'}}}) }}
with

events as (select * from {{ ref('fct_claim_event') }}),

last_events as (
    select * from events
    qualify row_number() over (partition by claim_key, payer_sequence order by event_order desc) = 1
),

sums as (
    select
        claim_key,
        payer_sequence,
        count(*) as events,
        max(event_order) as last_event_order,
        max(case when is_state_change then event_date end) as state_since,
        sum(case when kind = 'payer_payment' then amount else 0 end) as paid_amount
    from events
    group by claim_key, payer_sequence
)

select c.claim_key
from {{ ref('fct_claim') }} as c
left join last_events as e on c.claim_key = e.claim_key and c.payer_sequence = e.payer_sequence
left join sums as s on c.claim_key = s.claim_key and c.payer_sequence = s.payer_sequence
where
    e.claim_key is null
    or s.events <> s.last_event_order
    or c.claim_state <> e.state_after
    or c.state_since <> s.state_since
    or c.open_balance_amount <> e.balance_after_amount
    or c.paid_amount <> s.paid_amount
