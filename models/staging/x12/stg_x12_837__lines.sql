-- One row per service line of a submission. A line without REF*6R names no charge and is reported.
{{ config(materialized='view') }}
with

lines as (select * from {{ ref('kept_x12_837__lines') }}),

sets as (select * from {{ ref('stg_x12__transaction_sets') }} where is_used)

select
    concat_ws(':', sets.transaction_set_id, lines.claim_number) as submission_id,
    lines.line_number,
    lines.charge_id,
    lines.cpt_code,
    lines.modifier_1,
    lines.modifier_2,
    lines.modifier_3,
    lines.modifier_4,
    lines.diagnosis_1,
    lines.diagnosis_2,
    lines.diagnosis_3,
    lines.diagnosis_4,
    lines.place_of_service,
    lines.rendering_npi,
    lines.service_date,
    lines.charge_amount,
    lines.units,
    sets.transaction_set_id,
    sets.source_file
from lines
inner join sets on lines.set_key = sets.set_key
