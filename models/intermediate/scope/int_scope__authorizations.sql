-- One row per authorization that tonight's rebuild reads: those of patients that it concerns.
{{ config(materialized='concerned', meta={'rows_of': 'stg_practice__authorizations'}) }}
select *
from {{ ref('stg_practice__authorizations') }}
where {{ concerned_rows('patient', ref('int_scope__patients')) }}
