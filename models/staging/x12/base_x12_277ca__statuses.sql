-- One row per status (STC) of a claim (2200D) or of a whole batch (2200B; claim_id null) in the
-- 277CA sets that are read. STC01 decides; the further composites STC10 and STC11 give more
-- reasons for the same decision. The statuses of providers (2200C) and service lines (2220D) are
-- no word on a claim.
{{ config(materialized='view') }}
with

receivers as (
    select
        set_key,
        {{ x12_rows('receivers', 'receiver', 'receiver_number') }}
    from (
        select
            set_key,
            {{ x12_loops('body', '21') }} as receivers
        from {{ ref('base_x12__bodies') }}
        where transaction_kind = '277CA'
    )
),

receiver_loops as (
    select
        set_key,
        receiver_number,
        {{ x12_split('receiver', x12_trigger('HL')) }} as loops
    from receivers
),

batches as (
    select
        set_key,
        receiver_number,
        {{ x12_item('loops', 1) }} as batch,
        -- The first text is what stands before the first receiver.
        case when receiver_number > 1 then {{ x12_element(x12_item('loops', 1), 'TRN', 2) }} end
            as batch_reference,
        {{ x12_filter(
            x12_rest('loops'),
            'patient',
            'upper(trim(' ~ x12_item(x12_first_elements('patient'), 3) ~ ")) = 'PT'"
        ) }} as patients
    from receiver_loops
),

patients as (
    select
        set_key,
        receiver_number,
        batch_reference,
        {{ x12_rows('patients', 'patient', 'patient_number') }}
    from batches
),

loop_texts as (
    select
        set_key,
        receiver_number,
        batch_reference,
        patient_number,
        {{ x12_rows(x12_split('patient', x12_trigger('TRN')), 'loop_text', 'loop_number') }}
    from patients
),

-- The text of a claim ends where its service lines begin.
claim_texts as (
    select
        set_key,
        receiver_number,
        batch_reference,
        patient_number,
        {{ x12_item(x12_split('loop_text', x12_trigger('SVC')), 1) }} as claim,
        loop_number - 1 as claim_in_loop
    from loop_texts
),

status_texts as (
    select
        set_key,
        receiver_number,
        cast(null as bigint) as patient_number,
        cast(null as bigint) as claim_in_loop,
        batch_reference,
        cast(null as string) as claim_id,
        cast(null as string) as payer_control_number,
        {{ x12_segments('batch', 'STC') }} as statuses,
        {{ array_length(
            x12_filter('patients', 'patient', 'contains(patient, ' ~ x12_trigger('TRN') ~ ')')
        ) }} > 0 as has_claims
    from batches
    where receiver_number > 1
    union all
    select
        set_key,
        receiver_number,
        patient_number,
        claim_in_loop,
        batch_reference,
        -- A status before the first TRN is kept, and names no claim.
        case
            when claim_in_loop > 0 then nullif(trim({{ x12_item(x12_first_elements('claim'), 2) }}), '')
        end as claim_id,
        {{ x12_element('claim', 'REF*1K', 2) }} as payer_control_number,
        {{ x12_segments('claim', 'STC') }} as statuses,
        true as has_claims
    from claim_texts
),

statuses as (
    select
        set_key,
        receiver_number,
        patient_number,
        claim_in_loop,
        batch_reference,
        claim_id,
        payer_control_number,
        has_claims,
        {{ x12_rows('statuses', 'status', 'status_number') }}
    from status_texts
),

status_elements as (
    select
        *,
        {{ x12_split('status', x12_literal('\x1d')) }} as stc
    from statuses
),

typed as (
    select
        set_key,
        receiver_number,
        patient_number,
        claim_in_loop,
        status_number,
        patient_number is not null as is_claim_status,
        batch_reference,
        claim_id,
        payer_control_number,
        {{ x12_code(x12_component(x12_item('stc', 1), 1)) }} as category_code,
        {{ x12_date(x12_item('stc', 2)) }} as status_date,
        has_claims
    from status_elements
)

select
    *,
    case
        when status_date is null and (is_claim_status or not has_claims)
            then 'STC02: expected a date CCYYMMDD'
    end as content_error
from typed
