-- The metrics of visits, charges and appointments: money, billing, the book.

create table metrics.net_collection_rate as
with charges as (select * from charge_balance where is_adjudicated or is_self_pay),

movements as (
    select
        month, payer_id, clinic_id, provider_id, payer_paid as collected, allowed,
        contractual + hand_contractual as contractual,
        case when is_denied then allowed else 0 end as denied, written_off
    from charges
    union all
    select v.month, v.payer_id, v.clinic_id, v.provider_id, p.paid, 0, 0, 0, 0
    from visit as v
    inner join patient_paid as p using (visit_id)
    where visit_id in (select visit_id from charges)
)

select
    month,
    payer_id,
    clinic_id,
    provider_id,
    money(sum(collected)) as numerator,
    money(sum(allowed)) as denominator,
    rate(money(sum(collected)), money(sum(allowed))) as value,
    is_past(month, 120) as is_mature,
    money(sum(contractual)) as contractual,
    money(sum(denied)) as denied_allowed,
    money(sum(written_off)) as written_off
from movements
group by all
having
    money(sum(collected)) <> 0 or money(sum(allowed)) <> 0 or money(sum(contractual)) <> 0
    or money(sum(denied)) <> 0 or money(sum(written_off)) <> 0;

create table metrics.reimbursement_rate as
select
    month,
    payer_id,
    clinic_id,
    provider_id,
    money(sum(payer_paid)) as numerator,
    money(sum(charge_amount)) as denominator,
    rate(money(sum(payer_paid)), money(sum(charge_amount))) as value,
    is_past(month, 90) as is_mature,
    money(sum(allowed)) as allowed_amount,
    money(sum(patient_share)) as patient_responsibility,
    money(sum(expected)) as expected_allowed,
    money(sum(other_paid)) as other_payer_payments
from charge_balance
where is_adjudicated
group by all
having
    sum(payer_paid) <> 0 or sum(charge_amount) <> 0 or sum(allowed) <> 0 or sum(patient_share) <> 0
    or coalesce(sum(expected), 0) <> 0 or sum(other_paid) <> 0;

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

create temp table scheduled as
select
    month_of(scheduled_at) as month,
    coalesce(c.payer_id, getvariable('self_pay')) as payer_id,
    a.clinic_id,
    a.provider_id,
    count(*) filter (where status = 'no_show') as no_shows,
    count(*) filter (where status in ('cancelled', 'late_cancelled')) as cancelled,
    count(*) filter (where status = 'late_cancelled') as late_cancelled,
    count(*) filter (where status in ('completed', 'no_show', 'cancelled', 'late_cancelled')) as ended,
    count(*) filter (where status = 'scheduled') as unresolved,
    count(*) filter (where status = 'rescheduled') as rescheduled
from appointments as a
left join cover as c on a.patient_id = c.patient_id and cast(a.scheduled_at as date) = c.day
where cast(a.scheduled_at as date) <= as_of()
group by all;

create table metrics.no_show_rate as
select
    month, payer_id, clinic_id, provider_id, no_shows as numerator, ended as denominator,
    rate(no_shows, ended) as value, true as is_mature, unresolved, rescheduled
from scheduled;

create table metrics.cancellation_rate as
select
    month, payer_id, clinic_id, provider_id, cancelled as numerator, ended as denominator,
    rate(cancelled, ended) as value, true as is_mature, late_cancelled
from scheduled
where ended > 0;
