-- One row per finding on units: a code of a visit billed otherwise than its rule allows, a timed line
-- without minutes, or a Medicare patient's day above the daily maximum. Only findings with is_error
-- count against a visit.
with

charges as (
    select * from {{ ref('int_visits__charges') }} where is_known_visit and not is_voided
),

visits as (select * from {{ ref('int_visits__visits') }}),

procedures as (select * from {{ ref('stg_reference__procedures') }}),

maximums as (
    select * from {{ ref('stg_reference__daily_maximums') }} where max_units_per_day > 0
),

codes as (select * from {{ ref('int_coding__visit_code_units') }}),

visit_units as (select * from {{ ref('int_coding__visit_units') }}),

wrong_codes as (
    select
        case when timing = 'timed' then concat('U-', upper(unit_rule)) else 'U-ONE' end as rule_id,
        case
            when timing <> 'timed' then 'untimed'
            when billed_units > right_units then 'overbilled'
            else 'underbilled'
        end as finding,
        visit_id,
        cast(null as string) as charge_id,
        cpt_code,
        billed_units,
        right_units as expected_units,
        (billed_units - right_units) * unit_amount as difference_amount,
        true as is_error
    from codes
    where billed_units <> right_units
),

lines_without_minutes as (
    select
        concat('U-', upper(v.unit_rule)) as rule_id,
        'missing_minutes' as finding,
        c.visit_id,
        c.charge_id,
        c.cpt_code,
        c.units as billed_units,
        cast(null as integer) as expected_units,
        -- How many of its units are right nobody can say: the whole line is at stake.
        coalesce(c.expected_amount, c.charge_amount) as difference_amount,
        false as is_error
    from charges as c
    inner join procedures as p on c.cpt_code = p.cpt_code
    inner join visit_units as v on c.visit_id = v.visit_id
    where p.timing = 'timed' and c.minutes is null
),

-- The maximum speaks of a patient's day, whatever its visits; the finding stands at the first.
days_above_maximum as (
    select
        'U-MUE' as rule_id,
        'above_daily_maximum' as finding,
        min(c.visit_id) as visit_id,
        cast(null as string) as charge_id,
        c.cpt_code,
        cast(sum(c.units) as integer) as billed_units,
        m.max_units_per_day as expected_units,
        (sum(c.units) - m.max_units_per_day) * min(c.unit_amount) as difference_amount,
        false as is_error
    from charges as c
    inner join visits as v on c.visit_id = v.visit_id
    -- The row in force; a day before the oldest row is judged by that one.
    inner join maximums as m
        on
            c.cpt_code = m.cpt_code
            and (m.is_first or c.service_date >= m.effective_from)
            and c.service_date <= coalesce(m.effective_to, c.service_date)
    where v.payer_type = 'medicare'
    group by c.patient_id, c.service_date, c.cpt_code, m.max_units_per_day
    having sum(c.units) > m.max_units_per_day
),

findings as (
    select * from wrong_codes
    union all
    select * from lines_without_minutes
    union all
    select * from days_above_maximum
)

select
    concat_ws(':', f.rule_id, f.visit_id, f.cpt_code, f.charge_id) as finding_id,
    f.rule_id,
    f.finding,
    f.visit_id,
    f.charge_id,
    v.patient_id,
    v.payer_id,
    v.clinic_id,
    v.provider_id,
    f.cpt_code,
    v.service_date,
    v.service_month,
    f.billed_units,
    f.expected_units,
    f.billed_units - f.expected_units as difference_units,
    cast(f.difference_amount as decimal(18, 2)) as difference_amount,
    f.is_error
from findings as f
inner join visits as v on f.visit_id = v.visit_id
