-- One row per month of service and slice: what may be collected for adjudicated and self-pay
-- charges, and what payers and patients paid for them.
with

run as (select * from {{ ref('stg_load__run') }}),

charges as (
    select * from {{ ref('fct_charge') }}
    where not is_voided and service_date is not null and (is_primary_adjudicated or is_self_pay)
),

visits as (select * from {{ ref('fct_visit') }}),

collectible_visits as (select visit_id from charges group by 1),

movements as (
    select
        service_month as month,
        payer_id,
        clinic_id,
        provider_id,
        payer_paid_amount as collected_amount,
        allowed_amount,
        contractual_amount + hand_contractual_amount as contractual_amount,
        case when is_denied then allowed_amount else 0 end as denied_allowed_amount,
        written_off_amount
    from charges
    union all
    select
        v.service_month as month,
        v.payer_id,
        v.clinic_id,
        v.provider_id,
        v.patient_paid_amount as collected_amount,
        0 as allowed_amount,
        0 as contractual_amount,
        0 as denied_allowed_amount,
        0 as written_off_amount
    from visits as v
    inner join collectible_visits as c on v.visit_id = c.visit_id
),

sums as (
    select
        month,
        payer_id,
        clinic_id,
        provider_id,
        {{ amount_where('collected_amount') }} as numerator,
        {{ amount_where('allowed_amount') }} as denominator,
        {{ amount_where('contractual_amount') }} as contractual,
        {{ amount_where('denied_allowed_amount') }} as denied_allowed,
        {{ amount_where('written_off_amount') }} as written_off
    from movements
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
    {{ is_mature_after('s.month', 120) }} as is_mature,
    s.contractual,
    s.denied_allowed,
    s.written_off
from sums as s
cross join run
where
    s.numerator <> 0 or s.denominator <> 0
    or s.contractual <> 0 or s.denied_allowed <> 0 or s.written_off <> 0
