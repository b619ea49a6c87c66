-- One row per transaction set that is read tonight, with its text where it was loaded: to store it
-- again would take as long as to read it three times.
{{ config(materialized='view') }}
with

sets as (select * from {{ ref('base_x12__new_sets') }}),

texts as (select * from {{ source('raw', 'x12_transactions') }})

select
    sets.set_key,
    sets.transaction_kind,
    texts.body
from sets
inner join texts on sets.file_sha256 = texts.file_sha256 and sets.set_number = texts.set_number
