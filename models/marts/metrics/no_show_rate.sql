-- One row per month scheduled and slice: appointments that ended one way or the other, and those
-- the patient missed without a word.
with

sums as (
    select
        scheduled_month as month,
        payer_id,
        clinic_id,
        provider_id,
        {{ count_where("status = 'no_show'") }} as numerator,
        {{ count_where("status in ('completed', 'no_show', 'cancelled', 'late_cancelled')") }} as denominator,
        {{ count_where("status = 'scheduled'") }} as unresolved,
        {{ count_where("status = 'rescheduled'") }} as rescheduled
    from {{ ref('fct_appointment') }}
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
    unresolved,
    rescheduled
from sums
