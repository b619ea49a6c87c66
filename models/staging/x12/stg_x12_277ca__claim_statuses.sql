-- One row per status (STC) that a 277CA gives of a claim (2200D). Its category is that of STC01;
-- STC10 and STC11 give further reasons for the same decision.
{{ config(materialized='view') }}
with

statuses as (select * from {{ ref('kept_x12_277ca__statuses') }} where is_claim_status),

sets as (select * from {{ ref('stg_x12__transaction_sets') }} where is_used)

select
    concat_ws(
        ':',
        sets.transaction_set_id,
        statuses.receiver_number,
        statuses.patient_number,
        statuses.claim_in_loop,
        statuses.status_number
    ) as claim_status_id,
    sets.transaction_set_id,
    statuses.claim_id,
    statuses.batch_reference,
    statuses.status_date,
    statuses.category_code,
    statuses.payer_control_number,
    sets.set_order,
    sets.source_file
from statuses
inner join sets on statuses.set_key = sets.set_key
