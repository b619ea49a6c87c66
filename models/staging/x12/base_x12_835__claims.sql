-- One row per claim payment (CLP) of the 835 sets that are read, typed, with its own text and those
-- of its service lines.
{{ config(materialized='view') }}
with

claim_texts as (
    select
        set_key,
        {{ x12_rows('claims', 'claim', 'clp_number') }}
    from (
        select
            set_key,
            {{ x12_texts('body', 'CLP') }} as claims
        from {{ ref('base_x12__bodies') }}
        where transaction_kind = '835'
    )
),

split_texts as (
    select
        set_key,
        clp_number,
        {{ x12_split('claim', x12_trigger('SVC')) }} as texts
    from claim_texts
),

read_elements as (
    select
        set_key,
        clp_number,
        {{ x12_first_elements(x12_item('texts', 1)) }} as clp,
        {{ x12_element(x12_item('texts', 1), 'DTM*232', 2) }} as service_date_text,
        {{ x12_element(x12_item('texts', 1), 'AMT*I', 2) }} as interest_amount_text,
        texts
    from split_texts
),

typed as (
    select
        set_key,
        clp_number,
        nullif(trim({{ x12_item('clp', 1) }}), '') as claim_id,
        nullif(trim({{ x12_item('clp', 2) }}), '') as status_code,
        nullif(trim({{ x12_item('clp', 7) }}), '') as payer_control_number,
        {{ x12_date('service_date_text') }} as service_date,
        {{ x12_amount(x12_item('clp', 3)) }} as charge_amount,
        {{ x12_amount(x12_item('clp', 4)) }} as paid_amount,
        {{ x12_amount(x12_item('clp', 5)) }} as patient_responsibility_amount,
        {{ x12_amount('interest_amount_text') }} as interest_amount,
        cast({{ array_length('texts') }} - 1 as bigint) as line_count,
        clp,
        service_date_text,
        interest_amount_text,
        texts
    from read_elements
)

select
    {{ x12_all_but(['clp', 'service_date_text', 'interest_amount_text']) }},
    case
        when charge_amount is null then 'CLP03: expected an amount'
        when paid_amount is null then 'CLP04: expected an amount'
        when {{ x12_malformed(x12_item('clp', 5), 'patient_responsibility_amount') }}
            then 'CLP05: expected an amount'
        when {{ x12_malformed('service_date_text', 'service_date') }}
            then 'DTM*232 DTM02: expected a date CCYYMMDD'
        when {{ x12_malformed('interest_amount_text', 'interest_amount') }}
            then 'AMT*I AMT02: expected an amount'
    end as content_error
from typed
