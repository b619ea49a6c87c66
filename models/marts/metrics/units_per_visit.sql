-- One row per month of service and slice: visits with a charge, and the units billed for them.
-- A charge whose visit is not known has no month and is not here.
with

charges as (select * from {{ ref('fct_charge') }} where not is_voided and service_date is not null),

procedures as (select * from {{ ref('dim_procedure') }}),

visits as (
    select
        c.visit_id,
        c.service_month as month,
        c.payer_id,
        c.clinic_id,
        c.provider_id,
        sum(c.units) as units,
        -- A code the table does not know is no timed one.
        sum(
            case when p.timing in ('timed', 'timed_first', 'timed_additional') then c.units else 0 end
        ) as timed_units,
        max(case when p.category = 'evaluation' then 1 else 0 end) as evaluation_visits
    from charges as c
    left join procedures as p on c.cpt_code = p.cpt_code
    group by 1, 2, 3, 4, 5
),

sums as (
    select
        month,
        payer_id,
        clinic_id,
        provider_id,
        cast(sum(units) as bigint) as numerator,
        count(*) as denominator,
        cast(sum(timed_units) as bigint) as timed_units,
        cast(sum(units - timed_units) as bigint) as untimed_units,
        cast(sum(evaluation_visits) as bigint) as evaluation_visits
    from visits
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
    timed_units,
    untimed_units,
    evaluation_visits
from sums
