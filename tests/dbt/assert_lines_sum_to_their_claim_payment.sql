-- The paid amounts of a claim payment's lines do not sum to it (CLP04), or the claim payment lost
-- its lines: money appears or vanishes in the spread; the data engineer acts.
{{ config(meta={'dagster': {'ref': {'name': 'fct_adjudication_line'}}}) }}
with

claim_payments as (
    select
        c.remittance_claim_id,
        c.paid_amount
    from {{ ref('stg_x12_835__claims') }} as c
    cross join {{ ref('stg_load__run') }} as run
    where c.payment_date <= run.as_of
),

lines as (
    select
        remittance_claim_id,
        sum(paid_amount) as paid_amount
    from {{ ref('fct_adjudication_line') }}
    group by remittance_claim_id
)

select coalesce(c.remittance_claim_id, l.remittance_claim_id) as remittance_claim_id
from claim_payments as c
full outer join lines as l on c.remittance_claim_id = l.remittance_claim_id
where c.remittance_claim_id is null or l.remittance_claim_id is null or c.paid_amount <> l.paid_amount
