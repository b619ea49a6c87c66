-- One row per claim payment: one CLP of an 835 that is used. Amounts of a reversal (status 22)
-- are negative.
{{ config(materialized='view') }}
with

claims as (select * from {{ ref('kept_x12_835__claims') }}),

payments as (select * from {{ ref('stg_x12_835__payments') }})

select
    concat_ws(':', payments.transaction_set_id, claims.clp_number) as remittance_claim_id,
    payments.transaction_set_id,
    claims.clp_number,
    claims.claim_id,
    claims.status_code,
    claims.payer_control_number,
    payments.edi_payer_id,
    payments.payment_date,
    claims.service_date,
    claims.charge_amount,
    claims.paid_amount,
    claims.patient_responsibility_amount,
    coalesce(claims.interest_amount, 0) as interest_amount,
    claims.line_count,
    payments.set_order,
    payments.source_file
from claims
inner join payments on claims.set_key = payments.set_key
