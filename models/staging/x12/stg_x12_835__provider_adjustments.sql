-- One row per provider-level adjustment (pair of a PLB) of a remittance. A positive amount lowers
-- the payment.
{{ config(materialized='view') }}
with

adjustments as (select * from {{ ref('kept_x12_835__provider_adjustments') }}),

sets as (select * from {{ ref('stg_x12__transaction_sets') }} where is_used)

select
    sets.transaction_set_id,
    adjustments.plb_number,
    adjustments.pair_number,
    adjustments.provider_number,
    adjustments.reason_code,
    adjustments.reference,
    adjustments.fiscal_period_date,
    adjustments.amount,
    sets.set_order,
    sets.source_file
from adjustments
inner join sets on adjustments.set_key = sets.set_key
