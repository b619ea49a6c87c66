-- One row per service line (SVC) of a claim payment, with the procedure that was billed. A claim
-- payment may have none.
{{ config(materialized='view') }}
with

lines as (select * from {{ ref('kept_x12_835__lines') }}),

sets as (select * from {{ ref('stg_x12__transaction_sets') }} where is_used)

select
    concat_ws(':', sets.transaction_set_id, lines.clp_number) as remittance_claim_id,
    lines.line_number,
    lines.charge_id,
    lines.cpt_code,
    lines.modifier_1,
    lines.modifier_2,
    lines.modifier_3,
    lines.modifier_4,
    lines.service_date,
    lines.charge_amount,
    lines.paid_amount,
    lines.units,
    lines.remark_codes,
    sets.transaction_set_id,
    sets.source_file
from lines
inner join sets on lines.set_key = sets.set_key
