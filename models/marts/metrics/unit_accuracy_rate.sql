-- One row per month of service and slice: visits whose units are judged, and those without a unit
-- error under the rule of their payer.
with

visits as (select * from {{ ref('fct_visit') }}),

findings as (
    select
        visit_id,
        {{ count_where('is_error') }} as errors,
        sum(case when finding = 'overbilled' then difference_units else 0 end) as overbilled_units,
        sum(case when finding = 'underbilled' then -difference_units else 0 end) as underbilled_units,
        {{ count_where("finding = 'untimed'") }} as untimed_errors,
        {{ count_where("finding = 'missing_minutes'") }} as missing_minutes_lines
    from {{ ref('fct_unit_finding') }}
    group by 1
),

sums as (
    select
        v.service_month as month,
        v.payer_id,
        v.clinic_id,
        v.provider_id,
        {{ count_where('v.is_unit_judged and coalesce(f.errors, 0) = 0') }} as numerator,
        {{ count_where('v.is_unit_judged') }} as denominator,
        cast(coalesce(sum(f.overbilled_units), 0) as bigint) as overbilled_units,
        cast(coalesce(sum(f.underbilled_units), 0) as bigint) as underbilled_units,
        cast(coalesce(sum(f.untimed_errors), 0) as bigint) as untimed_errors,
        cast(coalesce(sum(f.missing_minutes_lines), 0) as bigint) as missing_minutes_lines,
        cast(coalesce(sum(v.units_if_cms), 0) as bigint) as units_if_cms,
        cast(coalesce(sum(v.units_if_ama), 0) as bigint) as units_if_ama
    from visits as v
    left join findings as f on v.visit_id = f.visit_id
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
    overbilled_units,
    underbilled_units,
    untimed_errors,
    missing_minutes_lines,
    units_if_cms,
    units_if_ama
from sums
where denominator <> 0 or missing_minutes_lines <> 0
