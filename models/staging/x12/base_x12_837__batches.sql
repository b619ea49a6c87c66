-- One row per 837P transaction set that is read: reference and time of the batch, for all its
-- claims.
{{ config(materialized='view') }}
with

bodies as (
    select
        set_key,
        -- BHT is the second segment; the body may be long.
        left(body, 2000) as head
    from {{ ref('base_x12__bodies') }}
    where transaction_kind = '837P'
),

read_elements as (
    select
        set_key,
        {{ x12_element('head', 'BHT', 3) }} as batch_reference,
        {{ x12_element('head', 'BHT', 4) }} as submitted_on_text,
        {{ x12_element('head', 'BHT', 5) }} as submitted_time
    from bodies
),

typed as (
    select
        set_key,
        batch_reference,
        {{ x12_date('submitted_on_text') }} as submitted_on,
        submitted_time
    from read_elements
)

select
    *,
    case when submitted_on is null then 'BHT04: expected a date CCYYMMDD' end as content_error
from typed
