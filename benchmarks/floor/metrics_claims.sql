-- What the tables share, and the metrics of claims.
create schema metrics;
create macro rate(numerator, denominator) as
    cast(numerator as double) / nullif(cast(denominator as double), 0);
create macro money(amount) as cast(coalesce(amount, 0) as decimal(18, 2));
create macro is_past(month, days) as datediff('day', last_day(month), as_of()) >= days;

create table metrics.clean_claim_rate as
select
    month_of(c.first_submitted_on) as month,
    c.payer_id,
    c.clinic_id,
    c.provider_id,
    count(*) filter (where o.is_accepted) as numerator,
    count(*) filter (where o.is_accepted or o.is_rejected) as denominator,
    rate(numerator, denominator) as value,
    is_past(month_of(c.first_submitted_on), 15) as is_mature,
    count(*) filter (where not o.is_accepted and not o.is_rejected) as pending_claims,
    count(*) filter (where o.is_accepted_by_payer) as accepted_by_payer
from claim as c
inner join outcome as o on c.submission_id = o.id
where c.is_submitted
group by all;

create temp table claim_answer as
select
    claim,
    min(paid_on) as answered_on,
    count(*) filter (where charge > 0) as lines,
    count(*) filter (where is_denied) as denied_lines,
    count(*) filter (where is_partially_denied) as partially_denied_lines,
    count(*) filter (where is_denied and is_patients) as patients_lines,
    money(sum(charge) filter (where charge > 0)) as charges,
    money(sum(charge) filter (where is_denied)) as denied_charges
from answer
where is_first
group by claim;

create table metrics.denial_rate as
select
    month_of(a.answered_on) as month,
    c.payer_id,
    c.clinic_id,
    c.provider_id,
    count(*) filter (where a.denied_lines > 0) as numerator,
    count(*) as denominator,
    rate(numerator, denominator) as value,
    true as is_mature,
    count(*) filter (where a.denied_lines > 0 and a.denied_lines = a.lines) as fully_denied_claims,
    count(*) filter (where a.denied_lines = 0 and a.partially_denied_lines > 0) as partially_denied_claims,
    cast(sum(a.lines) as bigint) as adjudicated_lines,
    cast(sum(a.denied_lines) as bigint) as denied_lines,
    money(sum(a.charges)) as adjudicated_charges,
    money(sum(a.denied_charges)) as denied_charges,
    cast(sum(a.patients_lines) as bigint) as patient_liability_denials
from claim_answer as a
inner join claim as c using (claim)
group by all;

create table metrics.days_to_payment as
with payments as (
    select claim, min(paid_on) as first_paid_on
    from adjudication
    where sequence = 'P' and paid > 0 and can_stand
    group by claim
)

select
    month_of(p.first_paid_on) as month,
    c.payer_id,
    c.clinic_id,
    c.provider_id,
    money(sum(p.first_paid_on - c.first_service_on)) as numerator,
    count(*) as denominator,
    rate(numerator, denominator) as value,
    true as is_mature,
    money(sum(p.first_paid_on - c.first_submitted_on)) as days_from_submission
from payments as p
inner join claim as c using (claim)
where c.is_submitted and c.first_service_on is not null
group by all;

create table metrics.denial_trend as
with lines as (
    select month_of(a.paid_on) as month, c.payer_id, c.clinic_id, c.provider_id, a.*
    from answer as a
    left join claim as c using (claim)
    where a.is_first and a.charge > 0
),

slices as (
    select month, payer_id, clinic_id, provider_id, count(*) as denominator from lines group by all
),

root_causes as (select distinct root_cause from lines where is_denied),

denied as (
    select
        month, payer_id, clinic_id, provider_id, root_cause, count(*) as numerator, sum(charge) as charges
    from lines
    where is_denied
    group by all
)

select
    s.month,
    s.payer_id,
    s.clinic_id,
    s.provider_id,
    r.root_cause,
    coalesce(d.numerator, 0) as numerator,
    s.denominator,
    rate(coalesce(d.numerator, 0), s.denominator) as value,
    true as is_mature,
    money(d.charges) as denied_charges
from slices as s
cross join root_causes as r
left join denied as d
    on
        s.month = d.month and s.payer_id is not distinct from d.payer_id
        and s.clinic_id is not distinct from d.clinic_id
        and s.provider_id is not distinct from d.provider_id and r.root_cause = d.root_cause;
