-- Seeds, visits with their payer, charges with what they should bring.
create temp table reasons as from read_csv(getvariable('seeds') || '/adjustment_reasons.csv', types = {'carc': 'varchar'});
create temp table categories as from read_csv(getvariable('seeds') || '/claim_status_categories.csv');
create temp table procedures as
from read_csv(getvariable('seeds') || '/procedures.csv', types = {'cpt_code': 'varchar'});
create temp table edits as
from read_csv(
    getvariable('seeds') || '/ncci_edits.csv', all_varchar = true
);
create temp table exempt_payers as from read_csv(getvariable('seeds') || '/ncci_exempt_payers.csv', all_varchar = true);
create temp table supports as from read_csv(getvariable('seeds') || '/diagnosis_support.csv', all_varchar = true);
create temp table changes as from read_csv(getvariable('seeds') || '/diagnosis_changes.csv', all_varchar = true);
create temp table thresholds as from read_csv(getvariable('seeds') || '/kx_thresholds.csv');

create macro as_of() as cast(getvariable('as_of') as date);
create macro month_of(day) as cast(date_trunc('month', day) as date);
create macro has(modifiers, codes) as list_has_any(modifiers, codes);
create macro is_in_force(day, first, last) as
    day >= coalesce(cast(first as date), day) and day <= coalesce(cast(last as date), day);

-- Who pays first on a patient's day.
create temp table cover as
with days as (
    select patient_id, service_date as day from visits
    union
    select patient_id, cast(scheduled_at as date) from appointments
)

select patient_id, day, arg_min(payer_id, (priority, coverage_id)) as payer_id
from days
inner join coverages using (patient_id)
where is_in_force(day, effective_from, effective_to)
group by all;

set variable self_pay = (
    select case when count(*) = 1 then min(payer_id) end from payers where payer_type = 'self_pay'
);

create temp table visit as
select
    v.visit_id,
    v.patient_id,
    coalesce(c.payer_id, cover.payer_id, getvariable('self_pay')) as payer_id,
    v.clinic_id,
    v.provider_id,
    v.service_date,
    month_of(v.service_date) as month,
    coalesce(v.delivery, 'in_person') = 'telehealth' as is_telehealth,
    coalesce(v.ended_at, v.started_at, v.service_date + interval 1 day) as clock_at,
    case when cast(v.note_signed_at as date) <= as_of() then v.note_signed_at end as signed_at,
    p.payer_type,
    coalesce(p.payer_type = 'self_pay', coalesce(c.payer_id, cover.payer_id) is null) as is_self_pay,
    case
        when p.payer_type is null or p.payer_type = 'self_pay' then 'cms'
        when p.unit_rule is not null then p.unit_rule
        when p.payer_type in ('medicare', 'medicare_advantage', 'medicaid', 'tricare_va') then 'cms'
        else 'ama'
    end as unit_rule,
    coalesce(p.therapy_modifier_required, true) as wants_discipline,
    coalesce(
        p.assistant_modifier_required, p.payer_type in ('medicare', 'medicare_advantage', 'tricare_va'), false
    ) as wants_assistant
from visits as v
left join coverages as c on v.coverage_id = c.coverage_id
left join cover on v.patient_id = cover.patient_id and v.service_date = cover.day
left join payers as p on coalesce(c.payer_id, cover.payer_id, getvariable('self_pay')) = p.payer_id
where v.service_date <= as_of();

create temp table by_hand as
select
    charge_id,
    coalesce(sum(amount) filter (where kind = 'contractual'), 0) as contractual,
    coalesce(sum(amount) filter (where kind = 'courtesy'), 0) as courtesy,
    coalesce(sum(amount) filter (where kind not in ('contractual', 'courtesy')), 0) as written_off
from adjustments
where posted_on <= as_of()
group by charge_id;

-- Charges of known visits that are posted and not voided.
create temp table charge as
with posted as (
    select
        c.*,
        list_filter([modifier_1, modifier_2, modifier_3, modifier_4], lambda one: one is not null) as modifiers,
        v.* exclude (visit_id)
    from charges as c
    inner join visit as v using (visit_id)
    where cast(c.posted_at as date) <= as_of() and coalesce(cast(c.voided_at as date) > as_of(), true)
),

fees as (
    select
        c.charge_id,
        arg_min(
            f.allowed_amount,
            (
                case coalesce(f.modifier, '') when '' then 5 when c.modifier_1 then 1
                    when c.modifier_2 then 2 when c.modifier_3 then 3 else 4 end,
                -epoch(f.effective_from)
            )
        ) as fee
    from posted as c
    inner join fee_schedules as f using (payer_id, cpt_code)
    where
        is_in_force(c.service_date, f.effective_from, f.effective_to)
        and coalesce(f.modifier, '') in ('', c.modifier_1, c.modifier_2, c.modifier_3, c.modifier_4)
    group by c.charge_id
)

select
    c.* exclude (modifier_1, modifier_2, modifier_3, modifier_4, posted_at, voided_at),
    cast(f.fee * c.units as decimal(18, 2)) as expected,
    coalesce(h.contractual, 0) as hand_contractual,
    coalesce(h.courtesy, 0) as courtesy,
    coalesce(h.written_off, 0) as written_off,
    r.timing,
    r.category,
    coalesce(r.is_always_therapy, false) as is_always_therapy,
    d.credential,
    case
        when d.credential in ('PT', 'PTA') then 'GP' when d.credential in ('OT', 'OTA') then 'GO'
        when d.credential = 'SLP' then 'GN'
    end as discipline_modifier
from posted as c
left join fees as f using (charge_id)
left join by_hand as h using (charge_id)
left join procedures as r using (cpt_code)
left join providers as d on coalesce(c.rendering_provider_id, c.provider_id) = d.provider_id;

create temp table patient_paid as
select visit_id, sum(case when refunded_on <= as_of() then 0 else amount end) as paid
from patient_payments
where paid_on <= as_of() and visit_id is not null
group by visit_id;
