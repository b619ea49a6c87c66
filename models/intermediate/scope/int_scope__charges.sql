-- One row per charge that tonight's rebuild reads: those of patients that it concerns, and of unknown visits.
{{ config(materialized='concerned', meta={'rows_of': 'stg_practice__charges'}) }}
select c.*
from {{ ref('stg_practice__charges') }} as c
left join {{ ref('stg_practice__visits') }} as v on c.visit_id = v.visit_id
where {{ concerned_rows('patient', ref('int_scope__patients'), patient_id='v.patient_id') }}
