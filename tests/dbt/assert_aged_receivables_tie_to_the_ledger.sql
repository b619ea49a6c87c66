-- A visit that the ledger says is owed money is missing from worklists.aged_receivables, or stands there
-- with another balance: nobody collects it. The data engineer acts.
{{ config(meta={'dagster': {'ref': {'name': 'aged_receivables'}}}) }}
with

balances as (
    select
        visit_key,
        sum(amount) as balance_amount
    from {{ ref('fct_receivable_event') }}
    where visit_key is not null
    group by visit_key
    having sum(amount) > 0
),

listed as (
    select
        visit_key,
        sum(at_stake_amount) as balance_amount
    from {{ ref('aged_receivables') }}
    group by visit_key
)

select
    b.visit_key as ledger_visit_key,
    l.visit_key as listed_visit_key
from balances as b
full outer join listed as l on b.visit_key = l.visit_key
where coalesce(b.balance_amount, 0) <> coalesce(l.balance_amount, 0)
