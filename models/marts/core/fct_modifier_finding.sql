-- One row per charge, modifier rule and kind of finding: what was billed, what the rule expected, the
-- dollars of the charge. Dollars repeat where a charge has several findings: count a charge once.
{{ config(materialized='replaced', meta={'replaced_by': 'patient'}) }}
with

run as (select * from {{ ref('stg_load__run') }}),

findings as (
    select * from {{ ref('int_coding__modifier_judgements') }} where finding is not null
),

charges as (select * from {{ ref('int_visits__charges') }})

select
    {{ pseudonym('modifier_finding', "concat_ws('|', f.charge_id, f.rule_id, f.finding)") }} as finding_key,
    {{ pseudonym('charge', 'f.charge_id') }} as charge_key,
    f.charge_id,
    {{ pseudonym('visit', 'c.visit_id') }} as visit_key,
    c.visit_id,
    {{ pseudonym('patient', 'c.patient_id') }} as patient_key,
    c.patient_id,
    c.payer_id,
    c.clinic_id,
    c.provider_id,
    c.rendering_provider_id,
    f.rule_id,
    f.finding,
    c.cpt_code,
    f.billed,
    f.expected,
    c.service_date,
    c.service_month,
    cast(coalesce(c.expected_amount, c.charge_amount) as decimal(18, 2)) as at_stake_amount,
    f.is_lower_bound
from findings as f
cross join run
inner join charges as c on f.charge_id = c.charge_id
