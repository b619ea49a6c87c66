-- Two claims, or two claim payments, go by one published key (macros/pseudonym.sql): a join takes one
-- for the other; the data engineer begins anew with another pseudonym.key. Other keys are unique in a table.
{{ config(meta={'dagster': {'ref': {'name': 'fct_adjudication_line'}}}) }}
with

claims as (select * from {{ ref('fct_claim') }}),

lines as (select * from {{ ref('fct_adjudication_line') }})

select claim_key as shared_key
from claims
group by claim_key
having min(coalesce(claim_id, visit_id)) <> max(coalesce(claim_id, visit_id))
union all
select claim_payment_key as shared_key
from lines
group by claim_payment_key
having min(remittance_claim_id) <> max(remittance_claim_id)
