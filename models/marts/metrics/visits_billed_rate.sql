-- One row per month of service and slice: visits, those of which a charge is billed, and why the
-- others are not. One reason a visit: the first that holds.
with

run as (select * from {{ ref('stg_load__run') }}),

visits as (select * from {{ ref('fct_visit') }}),

sums as (
    select
        service_month as month,
        payer_id,
        clinic_id,
        provider_id,
        {{ count_where('is_billed') }} as numerator,
        count(*) as denominator,
        {{ count_where("unbilled_reason = 'not_signed'") }} as not_signed,
        {{ count_where("unbilled_reason = 'no_charges'") }} as no_charges,
        {{ count_where("unbilled_reason = 'not_submitted'") }} as not_submitted,
        {{ count_where("unbilled_reason = 'rejected'") }} as rejected,
        {{ amount_where('unbilled_expected_amount') }} as unbilled_expected
    from visits
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
    s.not_signed,
    s.no_charges,
    s.not_submitted,
    s.rejected,
    s.unbilled_expected
from sums as s
cross join run
