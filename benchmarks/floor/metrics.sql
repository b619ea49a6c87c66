-- The sixteen tables.
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

create table metrics.code_alignment_rate as
with codes as (
    select charge_id, cpt_code, service_date, unnest([diagnosis_1, diagnosis_2, diagnosis_3, diagnosis_4]) as code
    from charge
),

validity as (
    select
        d.code,
        d.service_date,
        bool_or(
            case
                when h.icd10_code is not null then is_in_force(d.service_date, h.valid_from, h.valid_to)
                else k.code is not null
            end
        ) as is_valid
    from (select distinct code, service_date from codes where code is not null) as d
    left join changes as h on d.code = h.icd10_code
    left join icd10_codes as k on d.code = k.code
    group by d.code, d.service_date
),

supported as (
    select distinct d.cpt_code, d.service_date, d.code
    from (select distinct cpt_code, service_date, code from codes) as d
    inner join supports as s
        on
            d.cpt_code = s.cpt_code and starts_with(d.code, s.icd10_prefix)
            and is_in_force(d.service_date, s.effective_from, s.effective_to)
),

judged as (
    select
        charge_id,
        bool_or(s.code is not null) as is_supported,
        bool_or(not coalesce(v.is_valid, true)) as is_invalid
    from codes as c
    left join validity as v on c.code = v.code and c.service_date = v.service_date
    left join supported as s
        on c.cpt_code = s.cpt_code and c.service_date = s.service_date and c.code = s.code
    group by charge_id
)

select
    c.month,
    c.payer_id,
    c.clinic_id,
    c.provider_id,
    count(*) filter (where j.is_supported and not j.is_invalid) as numerator,
    count(*) as denominator,
    rate(numerator, denominator) as value,
    true as is_mature,
    count(*) filter (where not j.is_supported) as unsupported_lines,
    count(*) filter (where j.is_invalid) as invalid_diagnosis_lines
from charge as c
inner join judged as j using (charge_id)
where exists (
    select 1 from supports as s
    where c.cpt_code = s.cpt_code and is_in_force(c.service_date, s.effective_from, s.effective_to)
)
group by all;

create table metrics.unit_accuracy_rate as
select
    v.month,
    v.payer_id,
    v.clinic_id,
    v.provider_id,
    count(*) filter (where u.is_judged and not u.has_error) as numerator,
    count(*) filter (where u.is_judged) as denominator,
    rate(numerator, denominator) as value,
    true as is_mature,
    cast(sum(u.overbilled) as bigint) as overbilled_units,
    cast(sum(u.underbilled) as bigint) as underbilled_units,
    cast(sum(u.untimed_errors) as bigint) as untimed_errors,
    cast(sum(u.missing_minutes) as bigint) as missing_minutes_lines,
    cast(sum(u.units_if_cms) as bigint) as units_if_cms,
    cast(sum(u.units_if_ama) as bigint) as units_if_ama
from visit as v
inner join visit_units as u using (visit_id)
group by all
having denominator <> 0 or missing_minutes_lines <> 0;

create table metrics.modifier_accuracy_rate as
with judged as (
    select
        charge_id,
        count(finding) = 0 as is_right,
        count(*) filter (where finding = 'missing') as missing,
        count(*) filter (where finding = 'unjustified') as unjustified,
        count(*) filter (where finding = 'conflicting') as conflicting
    from judgement
    group by charge_id
)

select
    c.month,
    c.payer_id,
    c.clinic_id,
    c.provider_id,
    count(*) filter (where j.is_right) as numerator,
    count(*) as denominator,
    rate(numerator, denominator) as value,
    true as is_mature,
    cast(sum(j.missing) as bigint) as missing_modifiers,
    cast(sum(j.unjustified) as bigint) as unjustified_modifiers,
    cast(sum(j.conflicting) as bigint) as conflicting_modifiers
from judged as j
inner join charge as c using (charge_id)
group by all;

create table metrics.documentation_timeliness as
with notes as (
    select *, datediff('second', clock_at, signed_at) as seconds
    from visit
    where clock_at <= as_of()
)

select
    month,
    payer_id,
    clinic_id,
    provider_id,
    count(*) filter (where seconds <= 24 * 3600) as numerator,
    count(*) as denominator,
    rate(numerator, denominator) as value,
    true as is_mature,
    count(*) filter (where seconds <= 48 * 3600) as signed_within_48h,
    count(*) filter (where seconds <= 72 * 3600) as signed_within_72h,
    count(*) filter (where seconds is null) as unsigned_notes,
    cast(rate(sum(greatest(coalesce(seconds, 0), 0)), 3600) as decimal(18, 8)) as hours_to_sign
from notes
group by all;

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
