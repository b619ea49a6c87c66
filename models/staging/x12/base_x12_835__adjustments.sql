-- One row per adjustment (triplet of reason, amount and quantity in a CAS) of the 835 sets that
-- are read, typed. Up to six triplets share a segment. Those of a claim itself have no
-- line_number.
{{ config(materialized='view') }}
with

texts as (
    select
        set_key,
        clp_number,
        {{ x12_rows('texts', 'text', 'text_number') }}
    from {{ ref('base_x12_835__claims') }}
),

segment_texts as (
    select
        set_key,
        clp_number,
        nullif(text_number - 1, 0) as line_number,
        {{ x12_rows(x12_texts('text', 'CAS'), 'cas_text', 'cas_number') }}
    from texts
),

segments as (
    select
        set_key,
        clp_number,
        line_number,
        cas_number,
        {{ x12_first_elements('cas_text') }} as cas
    from segment_texts
),

triplets as (
    select
        set_key,
        clp_number,
        line_number,
        cas_number,
        {{ x12_numbers('greatest(floor((' ~ array_length('cas') ~ ' + 1) / 3), 1)', 'triplet_number') }},
        cas
    from segments
),

read_elements as (
    select
        set_key,
        clp_number,
        line_number,
        cas_number,
        triplet_number,
        {{ x12_code(x12_item('cas', 1)) }} as group_code,
        {{ x12_code(x12_item('cas', '3 * triplet_number - 1')) }} as carc_code,
        nullif(trim({{ x12_item('cas', '3 * triplet_number') }}), '') as amount_text,
        nullif(trim({{ x12_item('cas', '3 * triplet_number + 1') }}), '') as quantity_text
    from triplets
),

typed as (
    select
        set_key,
        clp_number,
        line_number,
        cas_number,
        triplet_number,
        group_code,
        carc_code,
        {{ x12_amount('amount_text') }} as amount,
        {{ x12_quantity('quantity_text') }} as quantity,
        quantity_text
    from read_elements
    where triplet_number = 1 or coalesce(carc_code, amount_text, quantity_text) is not null
)

select
    {{ x12_all_but(['quantity_text']) }},
    case
        when amount is null
            then
                concat(
                    'CAS', lpad(cast(3 * triplet_number as string), 2, '0'), ': expected an amount'
                )
        when {{ x12_malformed('quantity_text', 'quantity') }}
            then
                concat(
                    'CAS',
                    lpad(cast(3 * triplet_number + 1 as string), 2, '0'),
                    ': expected a quantity'
                )
    end as content_error
from typed
