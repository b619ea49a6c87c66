-- One row per visit that is still owed money and by whom (payer, patient): how much and how old. By
-- visit, since patients pay a visit and not a charge; a visit in credit is not netted with others.
with

run as (select * from {{ ref('stg_load__run') }}),

events as (select * from {{ ref('fct_receivable_event') }} where visit_key is not null),

charges as (select * from {{ ref('fct_charge') }}),

visits as (select * from {{ ref('fct_visit') }}),

payers as (select * from {{ ref('dim_payer') }}),

-- By charge first, and what names none beside it: the ledger is long, and is read once.
item_balances as (
    select
        visit_key,
        charge_key,
        min(visit_id) as visit_id,
        min(event_date) as first_event_date,
        sum(amount) as balance_amount,
        sum(case when kind in ('patient_payment', 'refund') then amount else 0 end) as patient_event_amount
    from events
    group by visit_key, charge_key
),

visit_balances as (
    select
        visit_key,
        min(visit_id) as visit_id,
        min(first_event_date) as first_event_date,
        {{ amount_where('balance_amount') }} as balance_amount,
        {{ amount_where('patient_event_amount') }} as patient_event_amount
    from item_balances
    group by visit_key
    having sum(balance_amount) > 0
),

charge_shares as (
    select
        b.visit_key,
        {{ amount_where('least(b.balance_amount, coalesce(c.patient_responsibility_amount, 0))') }}
            as patient_share_amount,
        bool_or(not c.is_primary_adjudicated) as has_unanswered_charge,
        bool_or(c.is_denied) as has_denied_charge
    from visit_balances as v
    inner join item_balances as b on v.visit_key = b.visit_key
    inner join charges as c on b.charge_key = c.charge_key
    where b.balance_amount > 0
    group by b.visit_key
),

-- What the patient paid settles the patient's share first; the rest of the balance is the payer's.
parts as (
    select
        b.*,
        s.has_unanswered_charge,
        s.has_denied_charge,
        v.patient_key,
        v.patient_id,
        v.payer_id,
        v.clinic_id,
        v.provider_id,
        v.service_date,
        coalesce(v.is_billed, false) as is_billed,
        case
            when v.is_self_pay then b.balance_amount
            else least(
                b.balance_amount,
                greatest(coalesce(s.patient_share_amount, 0) + b.patient_event_amount, 0)
            )
        end as patient_amount
    from visit_balances as b
    left join visits as v on b.visit_key = v.visit_key
    left join charge_shares as s on b.visit_key = s.visit_key
),

debts as (
    select
        *,
        'patient' as responsibility,
        patient_amount as at_stake_amount
    from parts
    union all
    select
        *,
        'payer' as responsibility,
        balance_amount - patient_amount as at_stake_amount
    from parts
),

aged as (
    select
        d.*,
        {{ days_from('coalesce(d.service_date, d.first_event_date)', 'run.as_of') }} as service_age_days
    from debts as d
    cross join run
    where d.at_stake_amount > 0
)

select
    a.visit_key,
    a.visit_id,
    a.responsibility,
    a.patient_key,
    a.patient_id,
    a.payer_id,
    a.clinic_id,
    a.provider_id,
    case
        when a.responsibility = 'patient' then 'patient_share'
        when not a.is_billed then 'not_billed'
        when a.has_unanswered_charge then 'not_answered'
        when a.has_denied_charge then 'denied'
        else 'not_settled'
    end as reason,
    case
        when a.service_age_days <= 30 then '0-30'
        when a.service_age_days <= 60 then '31-60'
        when a.service_age_days <= 90 then '61-90'
        when a.service_age_days <= 120 then '91-120'
        else '>120'
    end as age_bucket,
    a.service_date,
    a.service_age_days,
    case when a.responsibility = 'payer' then a.service_date + p.timely_filing_days end as deadline_on,
    cast(a.at_stake_amount as decimal(18, 2)) as at_stake_amount
from aged as a
left join payers as p on a.payer_id = p.payer_id
