-- One row per month of first payer payment and slice: primary claims paid, and the days from their
-- first service date until then. The median is on the scorecard.
with

claims as (
    select * from {{ ref('fct_claim') }}
    where
        payer_sequence = 'P'
        and first_paid_on is not null
        and first_submitted_on is not null
        and first_service_date is not null
),

sums as (
    select
        {{ month_of('first_paid_on') }} as month,
        payer_id,
        clinic_id,
        provider_id,
        cast(sum({{ days_from('first_service_date', 'first_paid_on') }}) as decimal(18, 2)) as numerator,
        count(*) as denominator,
        cast(sum({{ days_from('first_submitted_on', 'first_paid_on') }}) as decimal(18, 2))
            as days_from_submission
    from claims
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
    days_from_submission
from sums
