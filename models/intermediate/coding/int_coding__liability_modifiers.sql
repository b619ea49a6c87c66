-- One row per charge to which rule M-LIABILITY applies: it carries GA, GZ, GX or GY, which say who is
-- liable if the payer refuses. Some of them contradict each other, or KX.
with

charges as (select * from {{ ref('int_coding__judged_charges') }}),

carried as (
    select
        c.charge_id,
        c.billed_modifiers,
        {{ has_modifier('c', ['GA']) }} as has_ga,
        {{ has_modifier('c', ['GZ']) }} as has_gz,
        {{ has_modifier('c', ['GX']) }} as has_gx,
        {{ has_modifier('c', ['KX']) }} as has_kx
    from charges as c
    where {{ has_modifier('c', ['GA', 'GZ', 'GX', 'GY']) }}
)

select
    charge_id,
    'M-LIABILITY' as rule_id,
    case
        when (has_ga and has_gz) or (has_kx and (has_ga or has_gz)) or (has_gx and has_ga)
            then 'conflicting'
    end as finding,
    billed_modifiers as billed,
    'no GA with GZ or GX, no KX with GA or GZ' as expected,
    false as is_lower_bound
from carried
