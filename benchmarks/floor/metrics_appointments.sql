-- The metrics of the appointment book.

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
