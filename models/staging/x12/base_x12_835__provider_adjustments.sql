-- One row per pair of reason and amount of a PLB in the 835 sets that are read, typed. Up to six
-- pairs share a segment.
{{ config(materialized='view') }}
with

texts as (
    select
        set_key,
        generate_subscripts(provider_adjustment_texts, 1) as plb_number,
        string_split(unnest(provider_adjustment_texts), E'\x1d') as plb
    from {{ ref('base_x12_835__payments') }}
),

pairs as (
    select
        set_key,
        plb_number,
        unnest(range(1, greatest(len(plb) // 2, 2))) as pair_number,
        plb
    from texts
),

read_elements as (
    select
        set_key,
        plb_number,
        pair_number,
        nullif(trim(plb[1]), '') as provider_number,
        plb[2] as fiscal_period_text,
        nullif(trim(plb[2 * pair_number + 1]), '') as reason,
        nullif(trim(plb[2 * pair_number + 2]), '') as amount_text
    from pairs
),

typed as (
    select
        set_key,
        plb_number,
        pair_number,
        provider_number,
        {{ x12_date('fiscal_period_text') }} as fiscal_period_date,
        {{ x12_code("split_part(reason, E'\x1f', 1)") }} as reason_code,
        nullif(trim(split_part(reason, E'\x1f', 2)), '') as reference,
        {{ x12_amount('amount_text') }} as amount,
        fiscal_period_text
    from read_elements
    where pair_number = 1 or coalesce(reason, amount_text) is not null
)

select
    * exclude (fiscal_period_text),
    case
        when amount is null
            then
                concat(
                    'PLB', lpad(cast(2 * pair_number + 2 as varchar), 2, '0'), ': expected an amount'
                )
        when {{ x12_malformed('fiscal_period_text', 'fiscal_period_date') }}
            then 'PLB02: expected a date CCYYMMDD'
    end as content_error
from typed
