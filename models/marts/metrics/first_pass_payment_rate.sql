-- One row per month of first submission and slice: primary claims that the payer answered, and
-- those answered without refusing any line.
with

claims as (
    select * from {{ ref('fct_claim') }}
    where
        payer_sequence = 'P'
        and first_submitted_on is not null
        and first_adjudicated_on is not null
),

sums as (
    select
        {{ month_of('first_submitted_on') }} as month,
        payer_id,
        clinic_id,
        provider_id,
        {{ count_where('denied_lines = 0 and partially_denied_lines = 0') }} as numerator,
        count(*) as denominator
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
    true as is_mature
from sums
