-- One row per remittance: one 835 transaction set that is used, with its payment and payer.
{{ config(materialized='view') }}
with

payments as (select * from {{ ref('kept_x12_835__payments') }}),

sets as (select * from {{ ref('stg_x12__transaction_sets') }} where is_used)

select
    sets.transaction_set_id,
    payments.edi_payer_id,
    payments.payer_name,
    payments.trace_number,
    sets.isa13,
    payments.payment_date,
    payments.payment_amount,
    sets.set_order,
    sets.set_key,
    sets.source_file
from payments
inner join sets on payments.set_key = sets.set_key
