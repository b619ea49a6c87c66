-- One row per adjustment (CAS triplet) of a claim payment (line_number null) or of one of its
-- lines.
{{ config(materialized='view') }}
with

adjustments as (select * from {{ ref('kept_x12_835__adjustments') }}),

sets as (select * from {{ ref('stg_x12__transaction_sets') }} where is_used)

select
    concat_ws(':', sets.transaction_set_id, adjustments.clp_number) as remittance_claim_id,
    adjustments.line_number,
    adjustments.cas_number,
    adjustments.triplet_number,
    adjustments.group_code,
    adjustments.carc_code,
    adjustments.amount,
    adjustments.quantity,
    sets.transaction_set_id,
    sets.source_file
from adjustments
inner join sets on adjustments.set_key = sets.set_key
