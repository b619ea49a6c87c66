-- One row per visit and code that rule M-ASSISTANT judges: units that carry CQ or CO, and units that
-- should. Not judged where minutes of a charge are unknown, but for evaluations, which ask for none.
with

charges as (
    select
        c.*,
        case
            when c.assistant_minutes is null and c.is_rendered_by_assistant then c.minutes
            else coalesce(c.assistant_minutes, 0)
        end as minutes_by_assistant,
        coalesce(c.category in ('evaluation', 're_evaluation'), false) as is_evaluation,
        {{ has_modifier('c', ['CQ', 'CO']) }} as has_assistant_modifier,
        c.assistant_minutes is not null
        or c.is_rendered_by_assistant
        or {{ has_modifier('c', ['CQ', 'CO']) }} as has_assistant_sign
    from {{ ref('int_coding__judged_charges') }} as c
    where c.is_assistant_modifier_required and c.service_date >= date '2020-01-01'
),

sums as (
    select
        visit_id,
        cpt_code,
        is_evaluation,
        coalesce(timing = 'timed', false) as is_timed,
        cast(sum(units) as bigint) as units,
        cast(sum(minutes) as bigint) as minutes,
        cast(sum(minutes_by_assistant) as bigint) as a,
        cast(sum(minutes) - sum(minutes_by_assistant) as bigint) as p,
        cast(sum(case when has_assistant_modifier then units else 0 end) as bigint) as marked_units,
        min(case when has_assistant_modifier then charge_id end) as first_marked_charge_id,
        min(case when not has_assistant_modifier then charge_id end) as first_unmarked_charge_id
    from charges
    group by visit_id, cpt_code, is_evaluation, coalesce(timing = 'timed', false)
    having
        bool_or(has_assistant_sign)
        and (is_evaluation or count(*) = count(minutes))
),

-- Whole quarter hours belong to whoever filled them; what the billed units leave is the rest.
parts as (
    select
        *,
        floor(a / 15) as full_a,
        a - 15 * floor(a / 15) as rest_a,
        p - 15 * floor(p / 15) as rest_p,
        units - floor(p / 15) - floor(a / 15) as rest_units
    from sums
),

expected as (
    select
        *,
        case
            when is_evaluation then 0
            when not is_timed then case when 10 * a > minutes then units else 0 end
            when rest_units = 1 and rest_p < 8 and 10 * rest_a > rest_a + rest_p then full_a + 1
            when rest_units >= 2 and rest_a >= 9 then full_a + 1
            else full_a
        end as due_units
    from parts
)

select
    visit_id,
    cpt_code,
    units,
    marked_units,
    cast(least(due_units, units) as bigint) as expected_marked_units,
    first_marked_charge_id,
    first_unmarked_charge_id
from expected
