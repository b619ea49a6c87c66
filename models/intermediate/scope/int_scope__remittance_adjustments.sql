-- One row per adjustment of a claim payment that tonight's rebuild reads.
{{ config(materialized='concerned', meta={'rows_of': 'stg_x12_835__adjustments'}) }}
select *
from {{ ref('stg_x12_835__adjustments') }}
where remittance_claim_id in (select remittance_claim_id from {{ ref('int_scope__remittances') }})
