-- One row per submission of a claim (one CLM of an 837P): what was sent, when, and what became of
-- it.
{{ config(materialized='replaced', meta={'replaced_by': 'claim'}) }}
with

run as (select * from {{ ref('stg_load__run') }}),

submissions as (select * from {{ ref('int_claims__submissions') }}),

outcomes as (select * from {{ ref('int_claims__submission_outcomes') }}),

rejections as (
    select
        submission_id,
        acknowledgment,
        code
    from {{ ref('int_claims__acknowledgments') }}
    where is_rejection
    qualify row_number() over (
        partition by submission_id
        order by acknowledged_on nulls last, acknowledgment, code nulls last
    ) = 1
)

select
    {{ pseudonym('submission', 's.submission_id') }} as submission_key,
    s.submission_id,
    {{ pseudonym('claim', 's.claim_id') }} as claim_key,
    s.claim_id,
    s.payer_sequence,
    s.submission_number,
    s.frequency_code,
    s.edi_payer_id,
    case
        when o.is_rejected then 'rejected'
        when o.is_accepted then 'accepted'
        else 'pending'
    end as outcome,
    r.acknowledgment as rejected_by,
    r.code as rejection_code,
    s.submitted_on,
    o.accepted_on,
    o.rejected_on,
    s.claim_amount,
    o.is_accepted_by_payer,
    s.source_file
from submissions as s
cross join run
inner join outcomes as o on s.submission_id = o.submission_id
left join rejections as r on s.submission_id = r.submission_id
