-- One row per month scheduled and slice: appointments that ended one way or the other, and those
-- called off.
with

sums as (
    select
        scheduled_month as month,
        payer_id,
        clinic_id,
        provider_id,
        {{ count_where("status in ('cancelled', 'late_cancelled')") }} as numerator,
        {{ count_where("status in ('completed', 'no_show', 'cancelled', 'late_cancelled')") }} as denominator,
        {{ count_where("status = 'late_cancelled'") }} as late_cancelled
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
    late_cancelled
from sums
where denominator > 0
