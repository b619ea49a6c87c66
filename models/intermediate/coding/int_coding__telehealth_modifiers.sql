-- One row per charge to which rule M-TELEHEALTH applies: charges of telehealth visits, and those that
-- carry a sign of telehealth. Medicare asks for the place of service only.
with

charges as (select * from {{ ref('int_coding__judged_charges') }}),

signs as (
    select
        c.charge_id,
        concat_ws(',', nullif(c.billed_modifiers, ''), 'place ' || c.place_of_service) as billed,
        c.is_telehealth,
        coalesce(c.payer_type = 'medicare', false) as is_medicare,
        coalesce(c.place_of_service in ('02', '10'), false) as has_place,
        {{ has_modifier('c', ['95', '93']) }} as has_mode,
        {{ has_modifier('c', ['95', '93', 'GT', 'GQ']) }} as has_sign
    from charges as c
)

select
    charge_id,
    'M-TELEHEALTH' as rule_id,
    case
        when not is_telehealth then 'unjustified'
        when not has_place or not (is_medicare or has_mode) then 'missing'
    end as finding,
    billed,
    case
        when not is_telehealth then 'none of 95, 93, GT, GQ, nor place 02 or 10'
        when is_medicare then 'place 02 or 10'
        else 'place 02 or 10, and 95 or 93'
    end as expected,
    false as is_lower_bound
from signs
where is_telehealth or has_place or has_sign
