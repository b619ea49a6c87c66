-- One row per service line (LX with its SV1) of the 837P sets that are read, typed. A line
-- without REF*6R has no charge.
{{ config(materialized='view') }}
with

line_texts as (
    select
        set_key,
        claim_number,
        place_of_service,
        diagnoses,
        {{ x12_rows('line_texts', 'line', 'line_number') }}
    from {{ ref('base_x12_837__claims') }}
),

read_elements as (
    select
        set_key,
        claim_number,
        line_number,
        place_of_service,
        diagnoses,
        {{ x12_first_elements(x12_item(x12_texts('line', 'SV1'), 1)) }} as sv1,
        {{ x12_element('line', 'DTP*472', 3) }} as service_date_text,
        {{ x12_element('line', 'REF*6R', 2) }} as charge_id,
        {{ x12_element('line', 'NM1*82', 9) }} as rendering_npi
    from line_texts
),

split_elements as (
    select
        *,
        {{ x12_split(x12_item('sv1', 1), x12_literal('\x1f')) }} as procedure_parts,
        -- A pointer that is no number points to nothing.
        {{ x12_transform(
            x12_split(x12_item('sv1', 7), x12_literal('\x1f')),
            'pointer',
            'case when ' ~ full_match('trim(pointer)', '[1-9][0-9]?') ~ ' then try_cast(pointer as integer) end'
        ) }} as pointers
    from read_elements
),

typed as (
    select
        set_key,
        claim_number,
        line_number,
        charge_id,
        {{ x12_code(x12_item('procedure_parts', 2)) }} as cpt_code,
        {{ x12_code(x12_item('procedure_parts', 3)) }} as modifier_1,
        {{ x12_code(x12_item('procedure_parts', 4)) }} as modifier_2,
        {{ x12_code(x12_item('procedure_parts', 5)) }} as modifier_3,
        {{ x12_code(x12_item('procedure_parts', 6)) }} as modifier_4,
        {{ x12_date('service_date_text') }} as service_date,
        {{ x12_amount(x12_item('sv1', 2)) }} as charge_amount,
        {{ x12_quantity(x12_item('sv1', 4)) }} as units,
        coalesce(nullif(trim({{ x12_item('sv1', 5) }}), ''), place_of_service) as place_of_service,
        {{ x12_item('diagnoses', x12_item('pointers', 1)) }} as diagnosis_1,
        {{ x12_item('diagnoses', x12_item('pointers', 2)) }} as diagnosis_2,
        {{ x12_item('diagnoses', x12_item('pointers', 3)) }} as diagnosis_3,
        {{ x12_item('diagnoses', x12_item('pointers', 4)) }} as diagnosis_4,
        rendering_npi,
        service_date_text
    from split_elements
)

select
    {{ x12_all_but(['service_date_text']) }},
    case
        when charge_amount is null then 'SV102: expected an amount'
        when units is null then 'SV104: expected a quantity'
        when {{ x12_malformed('service_date_text', 'service_date') }}
            then 'DTP*472 DTP03: expected a date CCYYMMDD or a range'
    end as content_error
from typed
