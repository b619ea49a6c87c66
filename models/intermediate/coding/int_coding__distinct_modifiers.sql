-- One row per charge to which rule M-DISTINCT applies and finding on it: charges that an edit names
-- together, and those that claim to be distinct. A charge of several pairs may have several findings,
-- each kind once; without any it has one row.
with

charges as (
    select
        c.*,
        {{ has_modifier('c', ['59', 'XE', 'XP', 'XS', 'XU']) }} as has_distinct_modifier
    from {{ ref('int_coding__judged_charges') }} as c
    where c.is_under_ncci_edits
),

pairs as (select * from {{ ref('int_coding__edit_pairs') }}),

sides as (
    select
        column_2_charge_id as charge_id,
        modifier_indicator = '1' as is_modifier_allowed,
        modifier_indicator = '0' as is_conflicting,
        modifier_indicator = '1' and not has_distinct_modifier as is_missing
    from pairs
    union all
    select
        column_1_charge_id as charge_id,
        modifier_indicator = '1' as is_modifier_allowed,
        false as is_conflicting,
        false as is_missing
    from pairs
),

judged as (
    select
        c.charge_id,
        c.billed_modifiers,
        coalesce(bool_or(s.is_missing), false) as is_missing,
        coalesce(bool_or(s.is_conflicting), false) as is_conflicting,
        c.has_distinct_modifier and not coalesce(bool_or(s.is_modifier_allowed), false) as is_unjustified
    from charges as c
    left join sides as s on c.charge_id = s.charge_id
    where c.has_distinct_modifier or s.charge_id is not null
    group by c.charge_id, c.billed_modifiers, c.has_distinct_modifier
),

findings as (
    select charge_id, billed_modifiers, 'missing' as finding from judged where is_missing
    union all
    select charge_id, billed_modifiers, 'conflicting' as finding from judged where is_conflicting
    union all
    select charge_id, billed_modifiers, 'unjustified' as finding from judged where is_unjustified
    union all
    select charge_id, billed_modifiers, null as finding
    from judged
    where not (is_missing or is_conflicting or is_unjustified)
)

select
    charge_id,
    'M-DISTINCT' as rule_id,
    finding,
    billed_modifiers as billed,
    case finding
        when 'missing' then 'one of 59, XE, XP, XS, XU on either charge of the pair'
        when 'conflicting' then 'not billed beside the other charge of the pair'
        when 'unjustified' then 'none of 59, XE, XP, XS, XU'
        else 'as billed'
    end as expected,
    false as is_lower_bound
from findings
