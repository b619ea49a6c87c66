-- One row per submission: one CLM of an 837P that is used. Loops of other payers (2320 and below)
-- are not in it.
{{ config(materialized='view') }}
with

claims as (select * from {{ ref('kept_x12_837__claims') }}),

batches as (select * from {{ ref('kept_x12_837__batches') }}),

sets as (select * from {{ ref('stg_x12__transaction_sets') }} where is_used)

select
    concat_ws(':', sets.transaction_set_id, claims.claim_number) as submission_id,
    claims.claim_id,
    claims.payer_sequence,
    claims.frequency_code,
    claims.edi_payer_id,
    claims.rendering_npi,
    claims.payer_control_number,
    claims.prior_authorization_number,
    batches.batch_reference,
    sets.transaction_set_id,
    sets.interchange_id,
    sets.isa13,
    sets.interchange_date,
    sets.group_id,
    sets.gs06,
    sets.group_date,
    sets.st02,
    batches.submitted_on,
    batches.submitted_time,
    claims.first_service_date,
    claims.claim_amount,
    sets.set_order,
    claims.claim_number,
    sets.source_file
from claims
inner join batches on claims.set_key = batches.set_key
inner join sets on claims.set_key = sets.set_key
