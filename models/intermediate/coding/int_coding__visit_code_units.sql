-- One row per visit and procedure code with charges that are not voided: what was billed, what is
-- right under both unit rules. right_units is null where nothing is judged: timed_additional codes,
-- and the timed codes of a visit that has a timed line without minutes.
with

charges as (
    select * from {{ ref('int_visits__charges') }} where is_known_visit and not is_voided
),

visits as (select * from {{ ref('int_visits__visits') }}),

payers as (select * from {{ ref('stg_practice__payers') }}),

procedures as (select * from {{ ref('stg_reference__procedures') }}),

codes as (
    select
        c.visit_id,
        c.cpt_code,
        p.timing,
        cast(sum(c.units) as integer) as billed_units,
        cast(sum(c.minutes) as integer) as minutes,
        sum(case when c.minutes is null then 1 else 0 end) as lines_without_minutes,
        coalesce(min(c.unit_fee_amount), min(c.unit_amount)) as unit_amount
    from charges as c
    inner join procedures as p on c.cpt_code = p.cpt_code
    group by c.visit_id, c.cpt_code, p.timing
),

timed as (
    select
        visit_id,
        cpt_code,
        billed_units,
        minutes % 15 as rest_minutes,
        cast(floor(minutes / 15) as integer) as whole_units,
        cast(floor((minutes + 7) / 15) as integer) as ama_units,
        floor((sum(minutes) over (partition by visit_id) + 7) / 15)
        - sum(floor(minutes / 15)) over (partition by visit_id) as units_to_give
    from codes
    where timing = 'timed'
    qualify sum(lines_without_minutes) over (partition by visit_id) = 0
),

-- A tie of remainders may fall either way: to a code that was billed the unit, so that the bill is
-- held against the allocation nearest to it.
allocated as (
    select
        visit_id,
        cpt_code,
        ama_units,
        whole_units + case
            when
                row_number() over (
                    partition by visit_id
                    order by
                        rest_minutes desc,
                        case when billed_units > whole_units then 1 else 0 end desc,
                        cpt_code asc
                ) <= units_to_give
                then 1
            else 0
        end as cms_units
    from timed
),

-- A self-pay payer's own unit_rule never counts; a payer nobody knows is judged like none.
rules as (
    select
        v.visit_id,
        case when not v.is_self_pay and p.unit_rule = 'ama' then 'ama' else 'cms' end as unit_rule
    from visits as v
    left join payers as p on v.payer_id = p.payer_id
)

select
    c.visit_id,
    c.cpt_code,
    c.timing,
    r.unit_rule,
    c.billed_units,
    c.minutes,
    a.cms_units,
    a.ama_units,
    case
        when c.timing = 'timed' and r.unit_rule = 'ama' then a.ama_units
        when c.timing = 'timed' then a.cms_units
        when c.timing = 'untimed' then 1
        when c.timing = 'timed_first' then least(c.billed_units, 1)
    end as right_units,
    c.unit_amount
from codes as c
inner join rules as r on c.visit_id = r.visit_id
left join allocated as a on c.visit_id = a.visit_id and c.cpt_code = a.cpt_code
