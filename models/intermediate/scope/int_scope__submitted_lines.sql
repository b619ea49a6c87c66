-- One row per line of a submission that tonight's rebuild reads.
{{ config(materialized='concerned', meta={'rows_of': 'stg_x12_837__lines'}) }}
select *
from {{ ref('stg_x12_837__lines') }}
where submission_id in (select submission_id from {{ ref('int_scope__submissions') }})
