-- One row per authorization in force on as_of, of a payer that requires one, that ends within 30 days
-- or has at most 3 visits left. Visits left follow the visits held so far, not those booked.
with

run as (select * from {{ ref('stg_load__run') }}),

payers as (select * from {{ ref('dim_payer') }} where is_authorization_required),

-- Granted without a day of decision covers no visit.
granted as (
    select * from {{ ref('fct_authorization') }}
    where status in ('approved', 'partially_approved') and decided_on is not null
),

requests as (
    select
        patient_key,
        payer_id,
        max(requested_on) as last_requested_on
    from {{ ref('fct_authorization') }}
    where status in ('pending', 'approved', 'partially_approved')
    group by patient_key, payer_id
),

visits as (select * from {{ ref('fct_visit') }} where authorization_key is not null),

charges as (
    select
        visit_key,
        sum(coalesce(expected_amount, charge_amount)) as expected_amount
    from {{ ref('fct_charge') }}
    where not is_voided
    group by visit_key
),

uses as (
    select
        v.authorization_key,
        count(*) as visits_used,
        max(v.service_date) as last_visit_on,
        {{ amount_where('c.expected_amount', days_from('v.service_date', 'run.as_of') ~ ' < 30') }}
            as expected_amount
    from visits as v
    cross join run
    left join charges as c on v.visit_key = c.visit_key
    group by v.authorization_key
),

in_force as (
    select
        a.*,
        u.last_visit_on,
        case when r.last_requested_on > a.requested_on then r.last_requested_on end as renewal_requested_on,
        coalesce(u.visits_used, 0) as visits_used,
        a.visits_approved - coalesce(u.visits_used, 0) as visits_left,
        coalesce(u.expected_amount, 0) as at_stake_amount,
        coalesce({{ days_from('run.as_of', 'a.effective_to') }} <= 30, false) as has_last_days,
        coalesce(a.visits_approved - coalesce(u.visits_used, 0) <= 3, false) as has_last_visits
    from granted as a
    cross join run
    inner join payers as p on a.payer_id = p.payer_id
    left join uses as u on a.authorization_key = u.authorization_key
    left join requests as r on a.patient_key = r.patient_key and a.payer_id = r.payer_id
    where
        coalesce(a.effective_from <= run.as_of, true)
        and coalesce(a.effective_to >= run.as_of, true)
)

select
    authorization_key,
    authorization_id,
    patient_key,
    patient_id,
    payer_id,
    clinic_id,
    provider_id,
    case
        when has_last_days and has_last_visits then 'last_days_and_visits'
        when has_last_days then 'last_days'
        else 'last_visits'
    end as reason,
    last_visit_on,
    renewal_requested_on,
    effective_to as deadline_on,
    visits_approved,
    visits_used,
    visits_left,
    at_stake_amount
from in_force
where has_last_days or has_last_visits
