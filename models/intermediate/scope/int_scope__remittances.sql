-- One row per claim payment that tonight's rebuild reads: those of claims that it concerns.
{{ config(materialized='concerned', meta={'rows_of': 'stg_x12_835__claims'}) }}
select *
from {{ ref('stg_x12_835__claims') }}
where
    claim_id is null
    or claim_id in (select submitted_claim_id from {{ ref('int_scope__claim_numbers') }})
