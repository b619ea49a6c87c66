-- One row per patient and what ties patients together, so that none is rebuilt without the others: a
-- claim (the patients of all its lines; nearly always one), or a payment told for another's visit.
with

mode as (select * from {{ ref('int_scope__mode') }}),

numbers as (select * from {{ ref('int_claims__claim_numbers') }}),

-- Every row that a record ever had: it may have been another patient's.
visits as (
    select visit_id, patient_id
    from {{ ref('base_practice__visits') }}
    where visit_id is not null and patient_id is not null
    group by visit_id, patient_id
),

charges as (
    select charge_id, visit_id
    from {{ ref('base_practice__charges') }}
    where charge_id is not null and visit_id is not null
    group by charge_id, visit_id
),

payments as (
    select p.patient_payment_id, p.patient_id, v.patient_id as visit_patient_id
    from {{ ref('base_practice__patient_payments') }} as p
    inner join visits as v on p.visit_id = v.visit_id
    where p.patient_id <> v.patient_id
),

ties as (
    select
        concat('claim:', n.claim_id) as tie_id,
        n.claim_id,
        v.patient_id
    from {{ ref('stg_x12_837__claims') }} as s
    inner join numbers as n on s.claim_id = n.submitted_claim_id
    inner join {{ ref('stg_x12_837__lines') }} as l on s.submission_id = l.submission_id
    inner join charges as c on l.charge_id = c.charge_id
    inner join visits as v on c.visit_id = v.visit_id
    union all
    {% for patient in ['patient_id', 'visit_patient_id'] -%}
    select
        concat('payment:', patient_payment_id) as tie_id,
        cast(null as string) as claim_id,
        {{ patient }} as patient_id
    from payments
    {{ 'union all' if not loop.last }}
    {% endfor -%}
)

select
    t.tie_id,
    t.claim_id,
    t.patient_id
from ties as t
inner join mode on mode.reason is null
group by t.tie_id, t.claim_id, t.patient_id
