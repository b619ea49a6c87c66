-- fct_claim tells another outcome, other dates or another number of refused lines than its
-- submissions and remittance lines do: every metric of claims is off; the data engineer acts.
{{ config(meta={'dagster': {'ref': {'name': 'fct_claim'}}}) }}
with

claims as (select * from {{ ref('fct_claim') }}),

submissions as (
    select
        claim_key,
        payer_sequence,
        count(*) as submissions,
        min(submitted_on) as first_submitted_on,
        max(case when submission_number = 1 then outcome end) as outcome
    from {{ ref('fct_claim_submission') }}
    group by claim_key, payer_sequence
),

lines as (
    select
        claim_key,
        payer_sequence,
        min(payment_date) as first_adjudicated_on,
        {{ count_where('is_denied') }} as denied_lines,
        {{ count_where('is_partially_denied') }} as partially_denied_lines
    from {{ ref('fct_adjudication_line') }}
    where is_first_adjudication
    group by claim_key, payer_sequence
),

denials as (
    select
        claim_key,
        payer_sequence,
        count(*) as refused_lines
    from {{ ref('fct_denial') }}
    where is_first_adjudication
    group by claim_key, payer_sequence
),

payments as (
    select
        claim_key,
        payer_sequence,
        sum(paid_amount) as paid_amount
    from {{ ref('fct_adjudication_line') }}
    where is_known_claim
    group by claim_key, payer_sequence
)

select
    coalesce(c.claim_key, s.claim_key, l.claim_key, p.claim_key) as claim_key,
    coalesce(c.payer_sequence, s.payer_sequence, l.payer_sequence, p.payer_sequence) as payer_sequence
from claims as c
full outer join submissions as s on c.claim_key = s.claim_key and c.payer_sequence = s.payer_sequence
full outer join lines as l on c.claim_key = l.claim_key and c.payer_sequence = l.payer_sequence
full outer join payments as p on c.claim_key = p.claim_key and c.payer_sequence = p.payer_sequence
left join denials as d on c.claim_key = d.claim_key and c.payer_sequence = d.payer_sequence
where
    c.claim_key is null
    or c.submissions <> coalesce(s.submissions, 0)
    or c.first_submitted_on is distinct from s.first_submitted_on
    or c.first_submission_outcome is distinct from s.outcome
    or c.first_adjudicated_on is distinct from l.first_adjudicated_on
    or coalesce(c.denied_lines, 0) <> coalesce(l.denied_lines, 0)
    or coalesce(c.partially_denied_lines, 0) <> coalesce(l.partially_denied_lines, 0)
    or coalesce(l.denied_lines, 0) + coalesce(l.partially_denied_lines, 0) <> coalesce(d.refused_lines, 0)
    or c.paid_amount <> coalesce(p.paid_amount, 0)
