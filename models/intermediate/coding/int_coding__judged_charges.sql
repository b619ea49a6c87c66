-- One row per charge that rules of coding judge: not voided, of a known visit, with what they ask of
-- its code, payer, provider and clinic. What the seeds and extracts do not know is null (a code's
-- timing, a provider's discipline) or the contract's default.
with

charges as (
    select * from {{ ref('int_visits__charges') }} where is_known_visit and not is_voided
),

visits as (select * from {{ ref('int_visits__visits') }}),

payers as (select * from {{ ref('stg_practice__payers') }}),

providers as (select * from {{ ref('stg_practice__providers') }}),

clinics as (select * from {{ ref('stg_practice__clinics') }}),

procedures as (select * from {{ ref('stg_reference__procedures') }}),

exempt_payers as (select * from {{ ref('stg_reference__ncci_exempt_payers') }})

select
    c.charge_id,
    c.visit_id,
    c.patient_id,
    c.payer_id,
    c.cpt_code,
    c.modifier_1,
    c.modifier_2,
    c.modifier_3,
    c.modifier_4,
    {{ modifier_set('c') }} as billed_modifiers,
    c.place_of_service,
    p.payer_type,
    r.timing,
    r.category,
    case
        when d.credential in ('PT', 'PTA') then 'PT'
        when d.credential in ('OT', 'OTA') then 'OT'
        else d.credential
    end as rendering_discipline,
    case
        when d.credential in ('OT', 'OTA') then 'OT'
        when d.credential is not null then 'PT_SLP'
    end as therapy_limit,
    -- Lines of one organization are judged together; clinics that name none are the practice.
    coalesce(k.organization_name, '') as billing_group,
    c.service_date,
    c.units,
    c.minutes,
    c.assistant_minutes,
    coalesce(r.is_always_therapy, false) as is_always_therapy,
    coalesce(p.therapy_modifier_required, true) as is_therapy_modifier_required,
    coalesce(p.assistant_modifier_required, false) as is_assistant_modifier_required,
    coalesce(d.credential in ('PTA', 'OTA'), false) as is_rendered_by_assistant,
    coalesce(v.delivery = 'telehealth', false) as is_telehealth,
    e.payer_id is null as is_under_ncci_edits
from charges as c
inner join visits as v on c.visit_id = v.visit_id
left join payers as p on c.payer_id = p.payer_id
left join providers as d on c.rendering_provider_id = d.provider_id
left join clinics as k on c.clinic_id = k.clinic_id
left join procedures as r on c.cpt_code = r.cpt_code
left join exempt_payers as e
    on
        c.payer_id = e.payer_id
        and coalesce(c.service_date >= e.effective_from, true)
        and coalesce(c.service_date <= e.effective_to, true)
