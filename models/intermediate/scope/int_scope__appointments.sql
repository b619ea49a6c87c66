-- One row per appointment that tonight's rebuild reads: those of patients that it concerns.
{{ config(materialized='concerned', meta={'rows_of': 'stg_practice__appointments'}) }}
select *
from {{ ref('stg_practice__appointments') }}
where {{ concerned_rows('patient', ref('int_scope__patients')) }}
