-- One row per 835 transaction set that is read: its payment and payer, typed, and the text of its
-- provider-level adjustments (PLB), which may stand anywhere in it.
{{ config(materialized='view') }}
with

bodies as (
    select
        set_key,
        -- What stands before the first claim.
        coalesce(left(body, nullif(instr(body, {{ x12_trigger('CLP') }}), 0)), body) as head,
        {{ x12_segments('body', 'PLB') }} as provider_adjustment_texts
    from {{ ref('base_x12__bodies') }}
    where transaction_kind = '835'
),

payers as (
    select
        *,
        -- 1000A ends where 1000B begins: its REF*2U is the payer's, another would be the payee's.
        concat(
            {{ x12_trigger('N1') }},
            {{ x12_item(
                x12_filter(
                    x12_split('head', x12_trigger('N1')),
                    'loop_text',
                    'left(loop_text, 3) = ' ~ x12_literal('PR\x1d')
                ),
                1
            ) }}
        ) as payer
    from bodies
),

read_elements as (
    select
        set_key,
        {{ x12_element('head', 'BPR', 2) }} as payment_amount_text,
        coalesce({{ x12_element('head', 'BPR', 16) }}, {{ x12_element('head', 'DTM*405', 2) }})
            as payment_date_text,
        {{ x12_element('head', 'TRN', 2) }} as trace_number,
        {{ x12_element('payer', 'N1*PR', 2) }} as payer_name,
        coalesce({{ x12_element('payer', 'REF*2U', 2) }}, {{ x12_element('payer', 'N1*PR', 4) }})
            as edi_payer_id,
        provider_adjustment_texts
    from payers
),

typed as (
    select
        set_key,
        trace_number,
        edi_payer_id,
        payer_name,
        {{ x12_date('payment_date_text') }} as payment_date,
        {{ x12_amount('payment_amount_text') }} as payment_amount,
        provider_adjustment_texts
    from read_elements
)

select
    *,
    case
        when payment_amount is null then 'BPR02: expected an amount'
        when payment_date is null then 'BPR16, else DTM*405 DTM02: expected a date CCYYMMDD'
    end as content_error
from typed
