-- One row per month of decision and slice: authorization requests decided, and those granted wholly
-- or in part. A decision without a date belongs to no month.
with

decided as (
    select * from {{ ref('fct_authorization') }}
    where decided_on is not null and status in ('approved', 'partially_approved', 'denied')
),

sums as (
    select
        {{ month_of('decided_on') }} as month,
        payer_id,
        clinic_id,
        provider_id,
        {{ count_where("status in ('approved', 'partially_approved')") }} as numerator,
        count(*) as denominator,
        {{ count_where("status = 'denied'") }} as denied_requests,
        {{ count_where("status = 'partially_approved'") }} as partially_approved_requests,
        cast(coalesce(sum(visits_requested), 0) as bigint) as visits_requested,
        cast(coalesce(sum(visits_approved), 0) as bigint) as visits_approved,
        cast(sum({{ days_from('requested_on', 'decided_on') }}) as decimal(18, 2)) as turnaround_days
    from decided
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
    denied_requests,
    partially_approved_requests,
    visits_requested,
    visits_approved,
    turnaround_days
from sums
