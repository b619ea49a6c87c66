-- One row per submission: one CLM of an 837P dated (BHT04) on or before as_of, with the claim it
-- belongs to and its place among that claim's submissions. Rejected submissions are here too.
with

run as (select * from {{ ref('stg_load__run') }}),

submissions as (select * from {{ ref('int_scope__submissions') }}),

claim_numbers as (select * from {{ ref('int_claims__claim_numbers') }}),

dated as (
    select
        s.submission_id,
        n.claim_id,
        s.claim_id as submitted_claim_id,
        coalesce(s.payer_sequence, 'P') as payer_sequence,
        coalesce(s.frequency_code, '1') as frequency_code,
        s.edi_payer_id,
        s.rendering_npi,
        s.payer_control_number,
        s.prior_authorization_number,
        s.batch_reference,
        s.transaction_set_id,
        s.interchange_id,
        s.isa13,
        s.interchange_date,
        s.group_id,
        s.gs06,
        s.group_date,
        s.st02,
        s.submitted_on,
        s.submitted_time,
        s.first_service_date,
        s.claim_amount,
        s.set_order,
        s.claim_number,
        s.source_file
    from submissions as s
    cross join run
    inner join claim_numbers as n on s.claim_id = n.submitted_claim_id
    where s.submitted_on <= run.as_of
)

select
    *,
    row_number() over (
        partition by claim_id, payer_sequence
        order by submitted_on, submitted_time nulls last, set_order, claim_number
    ) as submission_number,
    -- The same order over all claims: "latest" in the acknowledgment rules.
    row_number() over (
        order by submitted_on, submitted_time nulls last, set_order, claim_number
    ) as submission_order
from dated
