-- One row per charge, rule and kind of finding, over all coding rules: what was billed, what was
-- expected, what the charge should bring. Its dollars stand on each finding: count a charge once.
{{ config(materialized='replaced', meta={'replaced_by': 'patient'}) }}
with

run as (select * from {{ ref('stg_load__run') }}),

findings as (select * from {{ ref('int_coding__findings') }}),

charges as (select * from {{ ref('int_visits__charges') }})

select
    {{ pseudonym('coding_finding', "concat_ws('|', f.charge_id, f.rule_id, f.finding)") }} as finding_key,
    {{ pseudonym('charge', 'f.charge_id') }} as charge_key,
    f.charge_id,
    {{ pseudonym('visit', 'c.visit_id') }} as visit_key,
    c.visit_id,
    {{ pseudonym('patient', 'c.patient_id') }} as patient_key,
    c.patient_id,
    c.payer_id,
    c.clinic_id,
    c.provider_id,
    f.rule_id,
    f.finding,
    case f.finding
        when 'overbilled' then 'more units than the minutes allow'
        when 'underbilled' then 'fewer units than the minutes allow'
        when 'untimed' then 'other than one unit a visit'
        when 'missing_minutes' then 'no minutes on a timed service'
        when 'above_daily_maximum' then 'more units than a day allows'
        when 'missing' then 'a modifier is missing'
        when 'unjustified' then 'a modifier without reason'
        when 'conflicting' then 'excludes what is billed with it'
        when 'invalid' then 'a diagnosis that was not billable on the day'
        when 'unsupported' then 'no diagnosis supports the service'
        when 'not_covered' then 'no authorization covers the visit'
    end as reason,
    c.cpt_code,
    f.billed,
    f.expected,
    c.service_date,
    c.service_month,
    f.at_stake_amount
from findings as f
cross join run
inner join charges as c on f.charge_id = c.charge_id
