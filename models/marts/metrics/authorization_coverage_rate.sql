-- One row per month of service and slice: visits whose payer requires authorization, and those that
-- take a visit of one.
with

visits as (select * from {{ ref('fct_visit') }}),

payers as (select * from {{ ref('dim_payer') }}),

sums as (
    select
        v.service_month as month,
        v.payer_id,
        v.clinic_id,
        v.provider_id,
        {{ count_where('v.authorization_key is not null') }} as numerator,
        count(*) as denominator
    from visits as v
    inner join payers as p on v.payer_id = p.payer_id
    where p.is_authorization_required
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
