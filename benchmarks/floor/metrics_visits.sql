-- The metrics of authorizations and visits: what was approved, billed and done.

create table metrics.authorization_approval_rate as
select
    month_of(decided_on) as month,
    payer_id,
    clinic_id,
    provider_id,
    count(*) filter (where status <> 'denied') as numerator,
    count(*) as denominator,
    rate(numerator, denominator) as value,
    true as is_mature,
    count(*) filter (where status = 'denied') as denied_requests,
    count(*) filter (where status = 'partially_approved') as partially_approved_requests,
    cast(coalesce(sum(visits_requested), 0) as bigint) as visits_requested,
    cast(coalesce(sum(visits_approved), 0) as bigint) as visits_approved,
    money(sum(decided_on - requested_on)) as turnaround_days
from authorizations
where decided_on <= as_of() and status in ('approved', 'partially_approved', 'denied')
group by all;

-- Billed: by a submission of the primary claim that was neither rejected nor voided later.
create temp table visit_billing as
with sent as (
    select
        l.charge_id,
        bool_and(o.is_rejected) as is_rejected
    from submission as s
    inner join outcome as o using (id)
    inner join clm_line as l on s.id = l.submission_id
    left join (
        select s.claim, max(s.n) as n
        from submission as s
        inner join outcome as o using (id)
        where s.sequence = 'P' and s.frequency = '8' and not o.is_rejected
        group by s.claim
    ) as void on s.claim = void.claim
    where s.sequence = 'P' and s.frequency in ('1', '7') and coalesce(s.n > void.n, true)
    group by l.charge_id
),

charges as (
    select
        visit_id,
        bool_or(c.is_self_pay or coalesce(not s.is_rejected, false)) as is_billed,
        bool_and(s.charge_id is null) as is_not_sent,
        sum(coalesce(expected, charge_amount)) as expected,
        sum(payer_paid) as payer_paid
    from charge_balance as c
    left join sent as s using (charge_id)
    group by visit_id
)

select
    v.*,
    coalesce(c.is_billed, false) as is_billed,
    case
        when c.is_billed then null
        when v.signed_at is null then 'not_signed'
        when c.visit_id is null then 'no_charges'
        when c.is_not_sent then 'not_submitted'
        else 'rejected'
    end as reason,
    coalesce(c.expected, 0) as expected,
    coalesce(c.payer_paid, 0) as payer_paid,
    coalesce(p.paid, 0) as patient_paid
from visit as v
left join charges as c using (visit_id)
left join patient_paid as p using (visit_id);

create table metrics.visits_billed_rate as
select
    month,
    payer_id,
    clinic_id,
    provider_id,
    count(*) filter (where is_billed) as numerator,
    count(*) as denominator,
    rate(numerator, denominator) as value,
    is_past(month, 15) as is_mature,
    count(*) filter (where reason = 'not_signed') as not_signed,
    count(*) filter (where reason = 'no_charges') as no_charges,
    count(*) filter (where reason = 'not_submitted') as not_submitted,
    count(*) filter (where reason = 'rejected') as rejected,
    money(sum(expected) filter (where not is_billed)) as unbilled_expected
from visit_billing
group by all;

create table metrics.reimbursement_per_visit as
select
    month,
    payer_id,
    clinic_id,
    provider_id,
    money(sum(payer_paid) + sum(patient_paid)) as numerator,
    count(*) as denominator,
    rate(money(sum(payer_paid) + sum(patient_paid)), count(*)) as value,
    is_past(month, 90) as is_mature,
    money(sum(payer_paid)) as payer_payments,
    money(sum(patient_paid)) as patient_payments
from visit_billing
where is_billed
group by all;

create table metrics.units_per_visit as
with visits as (
    select
        visit_id,
        month,
        payer_id,
        clinic_id,
        provider_id,
        sum(units) as units,
        coalesce(sum(units) filter (where timing in ('timed', 'timed_first', 'timed_additional')), 0) as timed,
        bool_or(coalesce(category = 'evaluation', false)) as is_evaluation
    from charge
    group by all
)

select
    month,
    payer_id,
    clinic_id,
    provider_id,
    cast(sum(units) as bigint) as numerator,
    count(*) as denominator,
    rate(sum(units), count(*)) as value,
    true as is_mature,
    cast(sum(timed) as bigint) as timed_units,
    cast(sum(units - timed) as bigint) as untimed_units,
    count(*) filter (where is_evaluation) as evaluation_visits
from visits
group by all;
