-- One row per month of service and slice: charges, and the days from their service until they were
-- posted. Negative for a charge posted before its service.
with

charges as (select * from {{ ref('fct_charge') }} where not is_voided and service_date is not null),

sums as (
    select
        service_month as month,
        payer_id,
        clinic_id,
        provider_id,
        cast(sum({{ days_from('service_date', 'posted_on') }}) as decimal(18, 2)) as numerator,
        count(*) as denominator
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
    true as is_mature
from sums
