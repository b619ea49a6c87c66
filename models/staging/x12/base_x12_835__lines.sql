-- One row per service line (SVC) of the 835 sets that are read, typed. Where the payer paid another
-- procedure than was billed, SVC06 names the billed one, and it is the one to match.
{{ config(materialized='view') }}
with

line_texts as (
    select
        set_key,
        clp_number,
        service_date as claim_service_date,
        {{ x12_rows(x12_rest('texts'), 'line', 'line_number') }}
    from {{ ref('base_x12_835__claims') }}
),

read_elements as (
    select
        set_key,
        clp_number,
        line_number,
        claim_service_date,
        {{ x12_first_elements('line') }} as svc,
        coalesce({{ x12_element('line', 'DTM*472', 2) }}, {{ x12_element('line', 'DTM*150', 2) }})
            as service_date_text,
        {{ x12_element('line', 'REF*6R', 2) }} as charge_id,
        {{ x12_segments('line', 'LQ*HE') }} as remarks
    from line_texts
),

split_elements as (
    select
        *,
        {{ x12_split(
            "coalesce(nullif(trim(" ~ x12_item('svc', 6) ~ "), ''), " ~ x12_item('svc', 1) ~ ")",
            x12_literal('\x1f')
        ) }} as procedure_parts,
        nullif(trim({{ x12_item('svc', 5) }}), '') as units_text
    from read_elements
),

typed as (
    select
        set_key,
        clp_number,
        line_number,
        charge_id,
        {{ x12_code(x12_item('procedure_parts', 2)) }} as cpt_code,
        {{ x12_code(x12_item('procedure_parts', 3)) }} as modifier_1,
        {{ x12_code(x12_item('procedure_parts', 4)) }} as modifier_2,
        {{ x12_code(x12_item('procedure_parts', 5)) }} as modifier_3,
        {{ x12_code(x12_item('procedure_parts', 6)) }} as modifier_4,
        case
            when service_date_text is null then claim_service_date
            else {{ x12_date('service_date_text') }}
        end as service_date,
        {{ x12_amount(x12_item('svc', 2)) }} as charge_amount,
        {{ x12_amount(x12_item('svc', 3)) }} as paid_amount,
        case when units_text is null then 1 else {{ x12_quantity('units_text') }} end as units,
        nullif(
            {{ x12_join(
                x12_transform('remarks', 'remark', 'upper(trim(' ~ x12_element_of('remark', 1) ~ '))'), "','"
            ) }},
            ''
        ) as remark_codes,
        service_date_text
    from split_elements
)

select
    {{ x12_all_but(['service_date_text']) }},
    case
        when charge_amount is null then 'SVC02: expected an amount'
        when paid_amount is null then 'SVC03: expected an amount'
        when units is null then 'SVC05: expected a quantity'
        when {{ x12_malformed('service_date_text', 'service_date') }}
            then 'DTM*472 or *150 DTM02: expected a date CCYYMMDD'
    end as content_error
from typed
