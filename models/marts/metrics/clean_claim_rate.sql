-- One row per month of first submission and slice: primary claims that passed every edit the first
-- time.
with

run as (select * from {{ ref('stg_load__run') }}),

claims as (
    select * from {{ ref('fct_claim') }}
    where payer_sequence = 'P' and first_submitted_on is not null
),

sums as (
    select
        {{ month_of('first_submitted_on') }} as month,
        payer_id,
        clinic_id,
        provider_id,
        {{ count_where("first_submission_outcome = 'accepted'") }} as numerator,
        {{ count_where("first_submission_outcome in ('accepted', 'rejected')") }} as denominator,
        {{ count_where("first_submission_outcome = 'pending'") }} as pending_claims,
        {{ count_where('is_first_submission_accepted_by_payer') }} as accepted_by_payer
    from claims
    group by 1, 2, 3, 4
)

select
    s.month,
    s.payer_id,
    s.clinic_id,
    s.provider_id,
    s.numerator,
    s.denominator,
    {{ rate('s.numerator', 's.denominator') }} as value,
    {{ is_mature_after('s.month', 15) }} as is_mature,
    s.pending_claims,
    s.accepted_by_payer
from sums as s
cross join run
