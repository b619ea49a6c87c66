-- One row per visit with a charge that is not voided and whose code the procedures know: whether its
-- units are judged, and what its timed codes come to under either rule, in units and dollars. The totals
-- are null where the timed part is not judged.
with

codes as (select * from {{ ref('int_coding__visit_code_units') }}),

sums as (
    select
        visit_id,
        unit_rule,
        max(case when right_units is not null then 1 else 0 end) = 1 as is_unit_judged,
        cast(sum(cms_units) as integer) as units_if_cms,
        cast(sum(ama_units) as integer) as units_if_ama,
        cast(sum(cms_units * unit_amount) as decimal(18, 2)) as units_if_cms_amount,
        cast(sum(ama_units * unit_amount) as decimal(18, 2)) as units_if_ama_amount
    from codes
    group by visit_id, unit_rule
)

select
    visit_id,
    unit_rule,
    is_unit_judged,
    units_if_cms,
    units_if_ama,
    units_if_cms_amount,
    units_if_ama_amount,
    cast(
        case
            when unit_rule = 'ama' then units_if_cms_amount - units_if_ama_amount
            else units_if_ama_amount - units_if_cms_amount
        end as decimal(18, 2)
    ) as other_unit_rule_amount
from sums
