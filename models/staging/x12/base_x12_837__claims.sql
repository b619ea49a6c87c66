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
        string_split(
            regexp_replace(
                body,
                '\x1cHL\x1d[^\x1c\x1d]*\x1d[^\x1c\x1d]*\x1d *(20|22) *\x1d',
                E'\x1cLOOP\x1d\\1\x1d',
                'g'
            ),
            {{ x12_trigger('LOOP') }}
        ) as loops
    from bodies
),

subscribers as (
    select
        set_key,
        list_transform(
            list_filter(loops, lambda loop: starts_with(loop, '22')),
            lambda loop: string_split(loop, {{ x12_trigger('CLM') }})
        ) as subscribers
    from loops
),

-- Each claim beside what stands before the first claim of its subscriber.
claim_pairs as (
    select
        set_key,
        flatten(
            list_transform(
                subscribers,
                lambda parts: list_transform(parts[2:], lambda claim: [parts[1], claim])
            )
        ) as claims
    from subscribers
),

claim_texts as (
    select
        set_key,
        unnest(claims) as claim,
        generate_subscripts(claims, 1) as claim_number
    from claim_pairs
),

-- After the claim the next patient loop may begin; within it, other payers' loops (2320, from the
-- second SBR on) repeat segments that are not this claim's.
cut as (
    select
        set_key,
        claim_number,
        claim[1] as subscriber,
        string_split(
            string_split(claim[2], {{ x12_trigger('HL') }})[1], {{ x12_trigger('LX') }}
        ) as parts
    from claim_texts
),

own_texts as (
    select
        set_key,
        claim_number,
        subscriber,
        string_split(parts[1], {{ x12_trigger('SBR') }})[1] as claim,
        parts[2:] as line_texts
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
        list_filter(
            string_split(array_to_string({{ x12_segments('claim', 'HI') }}, E'\x1d'), E'\x1d'),
            lambda composite: regexp_matches(composite, '^(ABK|ABF|BK|BF)\x1f')
        ) as diagnoses,
        list_transform(
            line_texts, lambda line: {{ x12_element('line', 'DTP*472', 3) }}
        ) as service_dates,
        line_texts
    from own_texts
),

typed as (
    select
        set_key,
        claim_number,
        nullif(trim(clm[1]), '') as claim_id,
        upper(payer_sequence) as payer_sequence,
        {{ x12_code("split_part(clm[5], E'\x1f', 3)") }} as frequency_code,
        edi_payer_id,
        rendering_npi,
        payer_control_number,
        prior_authorization_number,
        nullif(trim(split_part(clm[5], E'\x1f', 1)), '') as place_of_service,
        list_min(
            list_transform(service_dates, lambda service_date: {{ x12_date('service_date') }})
        ) as first_service_date,
        {{ x12_amount('clm[2]') }} as claim_amount,
        list_transform(
            diagnoses,
            lambda composite: {{ x12_code("replace(split_part(composite, E'\x1f', 2), '.', '')") }}
        ) as diagnoses,
        line_texts
    from read_elements
)

select
    *,
    case when claim_amount is null then 'CLM02: expected an amount' end as content_error
from typed
