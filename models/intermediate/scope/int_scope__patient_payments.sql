-- One row per patient payment that tonight's rebuild reads: those of patients that it concerns.
{{ config(materialized='concerned', meta={'rows_of': 'stg_practice__patient_payments'}) }}
select p.*
from {{ ref('stg_practice__patient_payments') }} as p
left join {{ ref('stg_practice__visits') }} as v on p.visit_id = v.visit_id
{% set owner = 'coalesce(v.patient_id, p.patient_id)' -%}
where {{ concerned_rows('patient', ref('int_scope__patients'), patient_id=owner) }}
