-- The metrics of coding and documentation.

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
