-- One row per visit on or before as_of, with its payer: that of the coverage the practice billed
-- first, else of the coverage first in line on the day, else self-pay. Signatures after as_of are
-- not there yet.
with

run as (select * from {{ ref('stg_load__run') }}),

visits as (select * from {{ ref('int_scope__visits') }}),

coverages as (select * from {{ ref('int_scope__coverages') }}),

coverage_payers as (select * from {{ ref('int_visits__coverage_payers') }}),

self_pay as (select * from {{ ref('int_visits__self_pay') }}),

payers as (select * from {{ ref('stg_practice__payers') }}),

resolved as (
    select
        v.*,
        coalesce(c.payer_id, d.payer_id, self_pay.self_pay_payer_id) as payer_id,
        coalesce(c.coverage_id, d.coverage_id) as billed_coverage_id,
        coalesce(v.ended_at, v.started_at, cast(v.service_date as timestamp) + interval 1 day)
            as note_clock_at,
        run.as_of
    from visits as v
    cross join run
    cross join self_pay
    left join coverages as c on v.coverage_id = c.coverage_id
    left join coverage_payers as d on v.patient_id = d.patient_id and v.service_date = d.covered_on
    where v.service_date <= run.as_of
)

select
    r.visit_id,
    r.appointment_id,
    r.patient_id,
    r.payer_id,
    r.billed_coverage_id,
    r.clinic_id,
    r.provider_id,
    r.plan_of_care_id,
    r.delivery,
    r.service_date,
    {{ month_of('r.service_date') }} as service_month,
    r.started_at,
    r.ended_at,
    r.note_clock_at,
    case when cast(r.note_signed_at as date) <= r.as_of then r.note_signed_at end as note_signed_at,
    case when cast(r.note_cosigned_at as date) <= r.as_of then r.note_cosigned_at end as note_cosigned_at,
    r.total_treatment_minutes,
    p.payer_type,
    -- 24 hours from the clock are over when as_of ends, that is at midnight after it.
    r.note_clock_at <= cast(r.as_of as timestamp) as is_note_due,
    coalesce(p.payer_type = 'self_pay', r.payer_id is null) as is_self_pay
from resolved as r
left join payers as p on r.payer_id = p.payer_id
