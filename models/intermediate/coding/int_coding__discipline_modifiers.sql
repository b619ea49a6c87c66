-- One row per charge to which rule M-DISCIPLINE applies: an always-therapy code carries exactly one of
-- GP, GO, GN, that of the discipline of who rendered it. Not judged when nobody knows who did.
with

charges as (
    select * from {{ ref('int_coding__judged_charges') }}
    where is_always_therapy and is_therapy_modifier_required and rendering_discipline is not null
),

counted as (
    select
        c.charge_id,
        c.billed_modifiers,
        case c.rendering_discipline when 'PT' then 'GP' when 'OT' then 'GO' else 'GN' end as expected,
        case when {{ has_modifier('c', ['GP']) }} then 1 else 0 end as gp,
        case when {{ has_modifier('c', ['GO']) }} then 1 else 0 end as go,
        case when {{ has_modifier('c', ['GN']) }} then 1 else 0 end as gn
    from charges as c
)

select
    charge_id,
    'M-DISCIPLINE' as rule_id,
    case
        when gp + go + gn = 0 then 'missing'
        when gp + go + gn > 1 then 'conflicting'
        when case expected when 'GP' then gp when 'GO' then go else gn end = 0 then 'unjustified'
    end as finding,
    billed_modifiers as billed,
    expected,
    false as is_lower_bound
from counted
