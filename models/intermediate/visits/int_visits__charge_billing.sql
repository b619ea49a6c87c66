-- One row per charge of a known visit that is not voided: whether it was billed, and why not. A
-- charge is billed by a primary claim's submission of frequency 1 or 7 that was not rejected and not
-- voided later; a self-pay charge by being there.
with

charges as (
    select * from {{ ref('int_visits__charges') }} where is_known_visit and not is_voided
),

submitted_lines as (select * from {{ ref('int_scope__submitted_lines') }}),

submissions as (
    select
        s.submission_id,
        s.claim_id,
        s.submission_number,
        s.frequency_code,
        o.is_rejected
    from {{ ref('int_claims__submissions') }} as s
    inner join {{ ref('int_claims__submission_outcomes') }} as o on s.submission_id = o.submission_id
    where s.payer_sequence = 'P'
),

last_voids as (
    select
        claim_id,
        max(submission_number) as submission_number
    from submissions
    where frequency_code = '8' and not is_rejected
    group by claim_id
),

-- What a void took back was not submitted: the charge waits to be sent again.
submitted_charges as (
    select
        l.charge_id,
        bool_and(s.is_rejected) as is_rejected
    from submissions as s
    inner join submitted_lines as l on s.submission_id = l.submission_id
    left join last_voids as v on s.claim_id = v.claim_id
    where
        s.frequency_code in ('1', '7')
        and (v.claim_id is null or s.submission_number > v.submission_number)
    group by l.charge_id
)

select
    c.charge_id,
    c.visit_id,
    c.is_self_pay or coalesce(not s.is_rejected, false) as is_billed,
    case
        when c.is_self_pay then null
        when s.charge_id is null then 'not_submitted'
        when s.is_rejected then 'rejected'
    end as unbilled_reason
from charges as c
left join submitted_charges as s on c.charge_id = s.charge_id
