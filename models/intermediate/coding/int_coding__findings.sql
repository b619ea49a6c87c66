-- One row per charge, rule and kind of finding, over all coding rules: units, modifiers, diagnoses,
-- authorization. What a rule finds on a code of a visit or of a day stands on each of its charges.
with

charges as (
    select
        c.*,
        v.payer_type
    from {{ ref('int_visits__charges') }} as c
    inner join {{ ref('int_visits__visits') }} as v on c.visit_id = v.visit_id
    where c.is_known_visit and not c.is_voided
),

payers as (select * from {{ ref('stg_practice__payers') }} where authorization_required),

units as (select * from {{ ref('int_coding__unit_findings') }}),

modifiers as (
    select * from {{ ref('int_coding__modifier_judgements') }} where finding is not null
),

diagnoses as (select * from {{ ref('int_coding__diagnoses') }}),

authorized as (select * from {{ ref('int_visits__authorized_visits') }}),

unit_findings as (
    select
        c.charge_id,
        u.rule_id,
        u.finding,
        concat(u.billed_units, ' units') as billed,
        case u.finding
            when 'missing_minutes' then 'minutes of the service'
            when 'above_daily_maximum' then concat('at most ', u.expected_units, ' units a day')
            else concat(u.expected_units, ' units')
        end as expected
    from charges as c
    inner join units as u
        on
            c.patient_id = u.patient_id
            and c.service_date = u.service_date
            and c.cpt_code = u.cpt_code
            and case u.finding
                when 'missing_minutes' then c.charge_id = u.charge_id
                when 'above_daily_maximum' then c.payer_type = 'medicare'
                else c.visit_id = u.visit_id
            end
),

diagnosis_findings as (
    select
        c.charge_id,
        'D-INVALID' as rule_id,
        'invalid' as finding,
        concat_ws(', ', c.diagnosis_1, c.diagnosis_2, c.diagnosis_3, c.diagnosis_4) as billed,
        'only codes that were billable on the day' as expected
    from charges as c
    inner join diagnoses as d on c.charge_id = d.charge_id
    where d.has_invalid_diagnosis
    union all
    select
        c.charge_id,
        'D-SUPPORT' as rule_id,
        'unsupported' as finding,
        concat_ws(', ', c.diagnosis_1, c.diagnosis_2, c.diagnosis_3, c.diagnosis_4) as billed,
        'a diagnosis that supports the procedure' as expected
    from charges as c
    inner join diagnoses as d on c.charge_id = d.charge_id
    where d.is_diagnosis_support_judged and not d.has_supporting_diagnosis
),

coverage_findings as (
    select
        c.charge_id,
        'A-COVERAGE' as rule_id,
        'not_covered' as finding,
        'no authorization' as billed,
        'an authorization that covers the visit' as expected
    from charges as c
    inner join payers as p on c.payer_id = p.payer_id
    left join authorized as a on c.visit_id = a.visit_id
    where a.visit_id is null
),

findings as (
    select * from unit_findings
    union all
    select charge_id, rule_id, finding, billed, expected from modifiers
    union all
    select * from diagnosis_findings
    union all
    select * from coverage_findings
)

select
    f.charge_id,
    f.rule_id,
    f.finding,
    f.billed,
    f.expected,
    cast(coalesce(c.expected_amount, c.charge_amount) as decimal(18, 2)) as at_stake_amount
from findings as f
inner join charges as c on f.charge_id = c.charge_id
