-- One row per month of service and slice: visits whose first 24 hours are over, and notes first
-- signed within them. Co-signatures are another matter.
with

visits as (
    select
        service_month as month,
        payer_id,
        clinic_id,
        provider_id,
        {{ seconds_from('note_clock_at', 'note_signed_at') }} as seconds_to_sign
    from {{ ref('fct_visit') }}
    where is_note_due
),

sums as (
    select
        month,
        payer_id,
        clinic_id,
        provider_id,
        {{ count_where('seconds_to_sign <= 24 * 3600') }} as numerator,
        count(*) as denominator,
        {{ count_where('seconds_to_sign <= 48 * 3600') }} as signed_within_48h,
        {{ count_where('seconds_to_sign <= 72 * 3600') }} as signed_within_72h,
        {{ count_where('seconds_to_sign is null') }} as unsigned_notes,
        sum(case when seconds_to_sign > 0 then seconds_to_sign else 0 end) as seconds_to_sign
    from visits
    group by 1, 2, 3, 4
)

select
    month,
    payer_id,
    clinic_id,
    provider_id,
    numerator,
    denominator,
    {{ rate('numerator', 'denominator') }} as value,
    true as is_mature,
    signed_within_48h,
    signed_within_72h,
    unsigned_notes,
    cast({{ rate('seconds_to_sign', 3600) }} as decimal(18, 8)) as hours_to_sign
from sums
