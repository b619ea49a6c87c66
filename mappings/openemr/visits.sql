-- One visit for each encounter. It is signed when it was itself, or when the last of its forms was; a form
-- that is not signed leaves it open. The coverage that was billed first is that of the payer of the first
-- claim; where there was none, the day decides, as ever.
with

first_claims as (
    select
        patient_id,
        encounter_id,
        min_by(payer_id, try_cast(version as integer)) as payer_id
    from claims
    where payer_id <> '0'
    group by patient_id, encounter_id
),

billed_coverages as (
    select
        c.encounter_id,
        max_by(i.id, coalesce(i.date, '')) as coverage_id
    from first_claims as c
    inner join form_encounter as e on c.encounter_id = e.encounter and c.patient_id = e.pid
    inner join insurance_data as i
        on c.patient_id = i.pid and c.payer_id = i.provider and coalesce(i.date, '') <= left(e.date, 10)
    group by c.encounter_id
),

signed_forms as (
    select
        f.encounter,
        f.pid,
        max(s.signed_at) as signed_at,
        bool_and(s.signed_at is not null) as is_signed
    from forms as f
    left join (
        select
            tid,
            min(datetime) as signed_at
        from esign_signatures
        where "table" = 'forms'
        group by tid
    ) as s on f.id = s.tid
    where coalesce(f.deleted, '0') = '0' and f.formdir is distinct from 'newpatient'
    group by f.encounter, f.pid
),

signed_encounters as (
    select
        tid,
        min(datetime) as signed_at
    from esign_signatures
    where "table" = 'form_encounter'
    group by tid
)

select
    d.row_number,
    d.encounter as visit_id,
    d.pid as patient_id,
    d.facility_id as clinic_id,
    d.provider_id,
    left(d.date, 10) as service_date,
    case when right(d.date, 8) <> '00:00:00' then d.date end as started_at,
    d.date_end as ended_at,
    case when d.pos_code in ('2', '02', '10') then 'telehealth' else 'in_person' end as delivery,
    b.coverage_id,
    coalesce(e.signed_at, case when f.is_signed then f.signed_at end) as note_signed_at
from delivered as d
left join signed_forms as f on d.encounter = f.encounter and d.pid = f.pid
left join signed_encounters as e on d.encounter = e.tid
left join billed_coverages as b on d.encounter = b.encounter_id
