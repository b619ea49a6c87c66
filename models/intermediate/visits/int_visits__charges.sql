-- One row per charge posted on or before as_of (voided ones flagged), with its visit, what the fee
-- schedule says it should bring, and what was adjusted by hand. A charge of an unknown visit has no
-- service date.
with

run as (select * from {{ ref('stg_load__run') }}),

charges as (select * from {{ ref('int_scope__charges') }}),

visits as (select * from {{ ref('int_visits__visits') }}),

fee_schedules as (select * from {{ ref('stg_practice__fee_schedules') }}),

hand_adjustments as (
    select
        a.charge_id,
        sum(case when a.kind = 'contractual' then a.amount else 0 end) as hand_contractual_amount,
        sum(case when a.kind = 'courtesy' then a.amount else 0 end) as courtesy_amount,
        sum(case when a.kind in ('contractual', 'courtesy') then 0 else a.amount end) as written_off_amount
    from {{ ref('int_scope__adjustments') }} as a
    cross join run
    where a.posted_on <= run.as_of
    group by a.charge_id
),

posted as (
    select
        c.*,
        v.visit_id is not null as is_known_visit,
        v.patient_id,
        v.payer_id,
        v.clinic_id,
        v.provider_id as visit_provider_id,
        v.service_date,
        v.service_month,
        coalesce(v.is_self_pay, false) as is_self_pay,
        cast(c.voided_at as date) <= run.as_of as is_voided
    from charges as c
    cross join run
    left join visits as v on c.visit_id = v.visit_id
    where cast(c.posted_at as date) <= run.as_of
),

fees as (
    {{ fees_by_schedule('posted', 'charge_id') }}
)

select
    c.charge_id,
    c.visit_id,
    c.patient_id,
    c.payer_id,
    c.clinic_id,
    c.visit_provider_id as provider_id,
    coalesce(c.rendering_provider_id, c.visit_provider_id) as rendering_provider_id,
    c.authorization_id,
    c.cpt_code,
    c.modifier_1,
    c.modifier_2,
    c.modifier_3,
    c.modifier_4,
    c.diagnosis_1,
    c.diagnosis_2,
    c.diagnosis_3,
    c.diagnosis_4,
    c.place_of_service,
    c.service_date,
    c.service_month,
    cast(c.posted_at as date) as posted_on,
    case when c.is_voided then cast(c.voided_at as date) end as voided_on,
    c.units,
    c.minutes,
    c.assistant_minutes,
    c.charge_amount,
    f.allowed_amount as unit_fee_amount,
    cast(
        coalesce(f.allowed_amount, {{ share_of_amount('c.charge_amount', '1', 'greatest(c.units, 1)') }})
        as decimal(18, 2)
    ) as unit_amount,
    cast(f.allowed_amount * c.units as decimal(18, 2)) as expected_amount,
    cast(coalesce(a.hand_contractual_amount, 0) as decimal(18, 2)) as hand_contractual_amount,
    cast(coalesce(a.courtesy_amount, 0) as decimal(18, 2)) as courtesy_amount,
    cast(coalesce(a.written_off_amount, 0) as decimal(18, 2)) as written_off_amount,
    c.is_known_visit,
    c.is_self_pay,
    coalesce(c.is_voided, false) as is_voided,
    c.source_file
from posted as c
left join fees as f on c.charge_id = f.charge_id
left join hand_adjustments as a on c.charge_id = a.charge_id
