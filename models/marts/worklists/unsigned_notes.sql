-- One row per visit whose note is still unsigned although the 24 hours to sign it are over: what it
-- holds up. A visit billed without a signature stands here too: its money may have to go back.
with

run as (select * from {{ ref('stg_load__run') }}),

visits as (select * from {{ ref('fct_visit') }} where is_note_due and note_signed_at is null),

payers as (select * from {{ ref('dim_payer') }}),

charges as (
    select
        visit_key,
        {{ amount_where('coalesce(expected_amount, charge_amount)') }} as expected_amount
    from {{ ref('fct_charge') }}
    where not is_voided
    group by visit_key
)

select
    v.visit_key,
    v.visit_id,
    v.patient_key,
    v.patient_id,
    v.payer_id,
    v.clinic_id,
    v.provider_id,
    case when v.is_billed then 'billed without a signature' else 'not billed for want of it' end as reason,
    v.service_date,
    {{ days_from('v.service_date', 'run.as_of') }} as service_age_days,
    case when not v.is_billed then v.service_date + p.timely_filing_days end as deadline_on,
    coalesce(c.expected_amount, 0) as at_stake_amount
from visits as v
cross join run
left join payers as p on v.payer_id = p.payer_id
left join charges as c on v.visit_key = c.visit_key
