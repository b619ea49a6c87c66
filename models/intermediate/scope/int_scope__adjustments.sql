-- One row per adjustment by hand that tonight's rebuild reads: those of patients that it concerns, and of
-- charges whose patient is not known.
{{ config(materialized='concerned', meta={'rows_of': 'stg_practice__adjustments'}) }}
select a.*
from {{ ref('stg_practice__adjustments') }} as a
left join {{ ref('stg_practice__charges') }} as c on a.charge_id = c.charge_id
left join {{ ref('stg_practice__visits') }} as v on c.visit_id = v.visit_id
where {{ concerned_rows('patient', ref('int_scope__patients'), patient_id='v.patient_id') }}
