-- One row per coverage that tonight's rebuild reads: those of patients that it concerns, and those that their
-- visits name.
{{ config(materialized='concerned', meta={'rows_of': 'stg_practice__coverages'}) }}
select *
from {{ ref('stg_practice__coverages') }}
where
    {{ concerned_rows('patient', ref('int_scope__patients')) }}
    or coverage_id in (select coverage_id from {{ ref('int_scope__visits') }})
