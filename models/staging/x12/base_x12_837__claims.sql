-- One row per CLM of the 837P sets that are read, typed, with the text of its service lines.
-- Numbers of HL loops repeat, so a claim belongs to the subscriber (HL 22) whose text it stands
-- in, patient loops (HL 23) included.
{{ config(materialized='view') }}
with

bodies as (
    select
        set_key,
        body
    from {{ ref('base_x12__bodies') }}
    where transaction_kind = '837P'
),

loops as (
    select
        set_key,
        {{ x12_loops('body', '20|22') }} as loops
    from bodies
),

subscribers as (
    select
        set_key,
        {{ x12_transform(
            x12_filter('loops', 'loop_text', "left(loop_text, 2) = '22'"),
            'loop_text',
            x12_split('loop_text', x12_trigger('CLM'))
        ) }} as subscribers
    from loops
),

-- Each claim beside what stands before the first claim of its subscriber.
claim_pairs as (
    select
        set_key,
        flatten(
            {{ x12_transform(
                'subscribers',
                'parts',
                x12_transform(x12_rest('parts'), 'claim', x12_pair(x12_item('parts', 1), 'claim'))
            ) }}
        ) as claims
    from subscribers
),

claim_texts as (
    select
        set_key,
        {{ x12_rows('claims', 'claim', 'claim_number') }}
    from claim_pairs
),

-- After the claim the next patient loop may begin; within it, other payers' loops (2320, from the
-- second SBR on) repeat segments that are not this claim's.
cut as (
    select
        set_key,
        claim_number,
        {{ x12_item('claim', 1) }} as subscriber,
        {{ x12_split(
            x12_item(x12_split(x12_item('claim', 2), x12_trigger('HL')), 1), x12_trigger('LX')
        ) }} as parts
    from claim_texts
),

own_texts as (
    select
        set_key,
        claim_number,
        subscriber,
        {{ x12_item(x12_split(x12_item('parts', 1), x12_trigger('SBR')), 1) }} as claim,
        {{ x12_rest('parts') }} as line_texts
    from cut
),

read_elements as (
    select
        set_key,
        claim_number,
        {{ x12_first_elements('claim') }} as clm,
        {{ x12_element('subscriber', 'SBR', 1) }} as payer_sequence,
        {{ x12_element('subscriber', 'NM1*PR', 9) }} as edi_payer_id,
        {{ x12_element('claim', 'NM1*82', 9) }} as rendering_npi,
        {{ x12_element('claim', 'REF*F8', 2) }} as payer_control_number,
        {{ x12_element('claim', 'REF*G1', 2) }} as prior_authorization_number,
        {{ x12_filter(
            x12_split(x12_join(x12_segments('claim', 'HI'), x12_literal('\x1d')), x12_literal('\x1d')),
            'composite',
            x12_component('composite', 1) ~ " in ('ABK', 'ABF', 'BK', 'BF') and contains(composite, "
            ~ x12_literal('\x1f') ~ ')'
        ) }} as diagnoses,
        -- As text they are in the order of days; a text that is none quarantines the set.
        {{ x12_transform('line_texts', 'line', x12_element('line', 'DTP*472', 3)) }} as service_dates,
        line_texts
    from own_texts
),

typed as (
    select
        set_key,
        claim_number,
        nullif(trim({{ x12_item('clm', 1) }}), '') as claim_id,
        upper(payer_sequence) as payer_sequence,
        {{ x12_code(x12_component(x12_item('clm', 5), 3)) }} as frequency_code,
        edi_payer_id,
        rendering_npi,
        payer_control_number,
        prior_authorization_number,
        nullif(trim({{ x12_component(x12_item('clm', 5), 1) }}), '') as place_of_service,
        {{ x12_date(array_smallest('service_dates')) }} as first_service_date,
        {{ x12_amount(x12_item('clm', 2)) }} as claim_amount,
        {{ x12_transform(
            'diagnoses',
            'composite',
            x12_code('replace(' ~ x12_component('composite', 2) ~ ", '.', '')")
        ) }} as diagnoses,
        line_texts
    from read_elements
)

select
    *,
    case when claim_amount is null then 'CLM02: expected an amount' end as content_error
from typed
