-- One row per pair of reason and amount of a PLB in the 835 sets that are read, typed. Up to six
-- pairs share a segment.
{{ config(materialized='view') }}
with

texts as (
    select
        set_key,
        {{ x12_rows('provider_adjustment_texts', 'plb_text', 'plb_number') }}
    from {{ ref('base_x12_835__payments') }}
),

elements as (
    select
        set_key,
        plb_number,
        {{ x12_split('plb_text', x12_literal('\x1d')) }} as plb
    from texts
),

pairs as (
    select
        set_key,
        plb_number,
        {{ x12_numbers('greatest(floor(' ~ array_length('plb') ~ ' / 2) - 1, 1)', 'pair_number') }},
        plb
    from elements
),

read_elements as (
    select
        set_key,
        plb_number,
        pair_number,
        nullif(trim({{ x12_item('plb', 1) }}), '') as provider_number,
        {{ x12_item('plb', 2) }} as fiscal_period_text,
        nullif(trim({{ x12_item('plb', '2 * pair_number + 1') }}), '') as reason,
        nullif(trim({{ x12_item('plb', '2 * pair_number + 2') }}), '') as amount_text
    from pairs
),

typed as (
    select
        set_key,
        plb_number,
        pair_number,
        provider_number,
        {{ x12_date('fiscal_period_text') }} as fiscal_period_date,
        {{ x12_code(x12_component('reason', 1)) }} as reason_code,
        nullif(trim({{ x12_component('reason', 2) }}), '') as reference,
        {{ x12_amount('amount_text') }} as amount,
        fiscal_period_text
    from read_elements
    where pair_number = 1 or coalesce(reason, amount_text) is not null
)

select
    {{ x12_all_but(['fiscal_period_text']) }},
    case
        when amount is null
            then
                concat(
                    'PLB', lpad(cast(2 * pair_number + 2 as string), 2, '0'), ': expected an amount'
                )
        when {{ x12_malformed('fiscal_period_text', 'fiscal_period_date') }}
            then 'PLB02: expected a date CCYYMMDD'
    end as content_error
from typed
