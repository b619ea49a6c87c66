-- One row per visit that tonight's rebuild reads: those of patients that it concerns.
{{ config(materialized='concerned', meta={'rows_of': 'stg_practice__visits'}) }}
select *
from {{ ref('stg_practice__visits') }}
where {{ concerned_rows('patient', ref('int_scope__patients')) }}
