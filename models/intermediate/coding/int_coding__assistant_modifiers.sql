-- One row per charge to which rule M-ASSISTANT applies: all charges of a visit and code that it judges.
-- A finding is one per visit and code, and stands on the first charge concerned.
with

charges as (select * from {{ ref('int_coding__judged_charges') }}),

units as (select * from {{ ref('int_coding__assistant_units') }})

select
    c.charge_id,
    'M-ASSISTANT' as rule_id,
    case
        when u.marked_units < u.expected_marked_units and c.charge_id = u.first_unmarked_charge_id
            then 'missing'
        when u.marked_units > u.expected_marked_units and c.charge_id = u.first_marked_charge_id
            then 'unjustified'
    end as finding,
    concat(u.marked_units, ' of ', u.units, ' units with CQ or CO') as billed,
    concat(u.expected_marked_units, ' of ', u.units, ' units with CQ or CO') as expected,
    false as is_lower_bound
from charges as c
inner join units as u on c.visit_id = u.visit_id and c.cpt_code = u.cpt_code
