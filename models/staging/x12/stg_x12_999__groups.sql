-- One row per group of transaction sets that a 999 speaks of as a whole (AK9).
{{ config(materialized='view') }}
with

acknowledgments as (select * from {{ ref('kept_x12_999__sets') }}),

sets as (select * from {{ ref('stg_x12__transaction_sets') }} where is_used)

select
    sets.transaction_set_id,
    acknowledgments.group_number,
    acknowledgments.functional_code,
    acknowledgments.gs06_acknowledged,
    acknowledgments.status_code as group_status,
    sets.group_date as acknowledged_on,
    sets.source_file
from acknowledgments
inner join sets on acknowledgments.set_key = sets.set_key
where acknowledgments.set_number is null
