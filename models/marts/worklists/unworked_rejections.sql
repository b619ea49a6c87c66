-- One row per claim (claim number and payer sequence) whose last submission was rejected and after
-- which nothing was sent: no payer has it. Its charges may still travel under another claim number.
with

rejections as (
    select * from {{ ref('fct_claim_submission') }} where outcome = 'rejected'
),

claims as (select * from {{ ref('fct_claim') }}),

payers as (select * from {{ ref('dim_payer') }})

select
    s.claim_key,
    s.claim_id,
    s.payer_sequence,
    s.submission_key,
    s.submission_id,
    c.visit_key,
    c.visit_id,
    c.patient_key,
    c.patient_id,
    c.payer_id,
    c.clinic_id,
    c.provider_id,
    s.frequency_code,
    s.rejected_by,
    s.rejection_code,
    c.first_service_date as service_date,
    s.submitted_on,
    s.rejected_on,
    c.first_service_date + p.timely_filing_days as deadline_on,
    s.claim_amount as at_stake_amount
from rejections as s
inner join claims as c
    on
        s.claim_key = c.claim_key
        and s.payer_sequence = c.payer_sequence
        and s.submission_number = c.submissions
left join payers as p on c.payer_id = p.payer_id
