-- One row per month of service and slice: charges whose procedure has a diagnosis rule, and those whose
-- diagnoses are all valid and support it.
with

charges as (
    select * from {{ ref('fct_charge') }}
    where not is_voided and service_date is not null and is_diagnosis_support_judged
),

sums as (
    select
        service_month as month,
        payer_id,
        clinic_id,
        provider_id,
        {{ count_where('has_supporting_diagnosis and not has_invalid_diagnosis') }} as numerator,
        count(*) as denominator,
        {{ count_where('not has_supporting_diagnosis') }} as unsupported_lines,
        {{ count_where('has_invalid_diagnosis') }} as invalid_diagnosis_lines
    from charges
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
    unsupported_lines,
    invalid_diagnosis_lines
from sums
