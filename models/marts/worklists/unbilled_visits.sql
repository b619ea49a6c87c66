-- One row per visit of which no charge is billed: why, and what it should bring. A visit without
-- charges is worth 0 here, which only says that nobody has priced it yet.
with

run as (select * from {{ ref('stg_load__run') }}),

visits as (select * from {{ ref('fct_visit') }} where not is_billed),

payers as (select * from {{ ref('dim_payer') }})

select
    v.visit_key,
    v.visit_id,
    v.patient_key,
    v.patient_id,
    v.payer_id,
    v.clinic_id,
    v.provider_id,
    v.unbilled_reason as reason,
    v.service_date,
    {{ days_from('v.service_date', 'run.as_of') }} as service_age_days,
    v.service_date + p.timely_filing_days as deadline_on,
    v.unbilled_expected_amount as at_stake_amount
from visits as v
cross join run
left join payers as p on v.payer_id = p.payer_id
