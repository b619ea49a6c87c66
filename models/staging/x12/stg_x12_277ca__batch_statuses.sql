-- One row per status (STC) that a 277CA gives of a whole batch (2200B). Where claims follow under
-- it (has_claims) their own statuses speak, and this one says nothing of them.
{{ config(materialized='view') }}
with

statuses as (select * from {{ ref('kept_x12_277ca__statuses') }} where not is_claim_status),

sets as (select * from {{ ref('stg_x12__transaction_sets') }} where is_used)

select
    concat_ws(
        ':', sets.transaction_set_id, statuses.receiver_number, statuses.status_number
    ) as batch_status_id,
    sets.transaction_set_id,
    statuses.batch_reference,
    statuses.status_date,
    statuses.category_code,
    statuses.has_claims,
    sets.set_order,
    sets.source_file
from statuses
inner join sets on statuses.set_key = sets.set_key
