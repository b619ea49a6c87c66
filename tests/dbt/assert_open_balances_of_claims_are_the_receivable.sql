-- The open balances of the claims are not the receivable of the charges that were sent or wait to be
-- sent, with what was paid for their visits: money is told twice or not at all; the data engineer acts.
{{ config(meta={'dagster': {'ref': {'name': 'fct_claim'}}}) }}
with

events as (
    select
        charge_id,
        -- Of movements that no charge tells: what patients paid for a visit.
        case when charge_id is null then visit_id end as paid_visit_id,
        amount
    from {{ ref('fct_receivable_event') }}
),

sent as (
    select l.charge_id
    from {{ ref('stg_x12_837__lines') }} as l
    inner join {{ ref('fct_claim_submission') }} as s on l.submission_id = s.submission_id
    group by l.charge_id
),

charges as (
    select
        c.charge_id,
        c.visit_id
    from {{ ref('fct_charge') }} as c
    left join sent as s on c.charge_id = s.charge_id
    left join {{ ref('fct_visit') }} as v on c.visit_id = v.visit_id
    where s.charge_id is not null or not (v.visit_id is null or c.is_self_pay or c.is_voided)
),

visits as (select visit_id from charges group by visit_id),

receivable as (
    select sum(e.amount) as amount
    from events as e
    left join charges as c on e.charge_id = c.charge_id
    left join visits as v on e.paid_visit_id = v.visit_id
    where c.charge_id is not null or v.visit_id is not null
),

claims as (select sum(open_balance_amount) as amount from {{ ref('fct_claim') }})

select c.amount
from claims as c
cross join receivable as r
where coalesce(c.amount, 0) <> coalesce(r.amount, 0)
