-- One row per visit with a charge that is not voided and whose code the procedures know: whether its
-- units are judged, and what its timed codes come to under either rule. The totals are null where the
-- timed part is not judged.
with

codes as (select * from {{ ref('int_coding__visit_code_units') }}),

compared as (
    select
        visit_id,
        unit_rule,
        right_units,
        cms_units,
        ama_units,
        unit_fee_amount,
        case
            when unit_rule = 'ama' then cms_units - ama_units
            else ama_units - cms_units
        end as other_units
    from codes
)

select
    visit_id,
    unit_rule,
    max(case when right_units is not null then 1 else 0 end) = 1 as is_unit_judged,
    cast(sum(cms_units) as integer) as units_if_cms,
    cast(sum(ama_units) as integer) as units_if_ama,
    cast(
        case
            when max(case when other_units <> 0 and unit_fee_amount is null then 1 else 0 end) = 0
                then sum(other_units * coalesce(unit_fee_amount, 0))
        end as decimal(18, 2)
    ) as other_unit_rule_amount
from compared
group by visit_id, unit_rule
