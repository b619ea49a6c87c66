-- One row per patient or claim that is built again tonight: those concerned, and whatever is tied to them.
-- step is the round in which it was reached; what is reached in the last says that there may be more.
{% set rounds = 3 -%}
with

mode as (select * from {{ ref('int_scope__mode') }}),

records as (select * from {{ ref('int_scope__records') }}),

ties as (select * from {{ ref('int_scope__ties') }}),

visits as (select * from {{ ref('base_practice__visits') }}),

charges as (select * from {{ ref('base_practice__charges') }}),

payments as (
    select * from {{ ref('base_practice__patient_payments') }}
    where patient_payment_id in (select record_id from records where extract = 'patient_payments')
),

concerned_charges as (
    select record_id as charge_id from records where extract = 'charges'
    union
    select charge_id from {{ ref('base_practice__adjustments') }}
    where adjustment_id in (select record_id from records where extract = 'adjustments')
),

concerned_visits as (
    select record_id as visit_id from records where extract = 'visits'
    union
    select visit_id from charges
    where charge_id in (select charge_id from concerned_charges)
    union
    select visit_id from payments
    union
    select visit_id from visits
    where coverage_id in (select record_id from records where extract = 'coverages')
),

concerned_patients as (
    select patient_id from visits
    where visit_id in (select visit_id from concerned_visits)
    union
    select patient_id from payments
    {% for extract in ['appointments', 'authorizations', 'coverages'] -%}
    union
    select patient_id from {{ ref('base_practice__' ~ extract) }}
    where {{ extract[:-1] }}_id in (select record_id from records where extract = '{{ extract }}')
    {% endfor -%}
),

numbers as (select * from {{ ref('int_scope__numbers') }}),

-- The claim that a number belongs to, and the one it belonged to. Of a number that nobody sent: its own.
concerned_claims as (
    select coalesce(n.claim_id, c.submitted_claim_id) as claim_id
    from numbers as c
    left join {{ ref('int_claims__claim_numbers') }} as n on c.submitted_claim_id = n.submitted_claim_id
    union
    select b.claim_id
    from numbers as c
    inner join {{ source('built', 'claim_numbers') }} as b on c.submitted_claim_id = b.submitted_claim_id
    union
    select submitted_claim_id from numbers
),

-- Claims without a patient are built again each night: they are few, and nothing else reaches them.
all_claims as (
    select claim_id from {{ ref('int_claims__claim_numbers') }}
    union
    select s.claim_id
    from {{ ref('stg_x12_835__claims') }} as s
    left join {{ ref('int_claims__claim_numbers') }} as n on s.claim_id = n.submitted_claim_id
    where n.claim_id is null
),

untied_claims as (
    select a.claim_id
    from all_claims as a
    left join (select claim_id from ties group by claim_id) as t on a.claim_id = t.claim_id
    where t.claim_id is null and a.claim_id is not null
),

patients_0 as (select patient_id from concerned_patients where patient_id is not null),

{% for round in range(1, rounds + 1) -%}
ties_{{ round }} as (
    select tie_id
    from ties
    where patient_id in (select patient_id from patients_{{ round - 1 }})
    {% if round == 1 -%}
    union
    select tie_id
    from ties
    where claim_id in (select claim_id from concerned_claims)
    {% endif -%}
    group by tie_id
),

patients_{{ round }} as (
    select patient_id from patients_{{ round - 1 }}
    union
    select patient_id from ties
    where tie_id in (select tie_id from ties_{{ round }})
),

{% endfor -%}
reached_patients as (
    {% for round in range(rounds + 1) -%}
    select patient_id, {{ round }} as step from patients_{{ round }}
    {{ 'union all' if not loop.last }}
    {% endfor -%}
),

reached as (
    select
        patient_id,
        cast(null as string) as claim_id,
        min(step) as step
    from reached_patients
    group by patient_id
    union all
    select
        cast(null as string) as patient_id,
        claim_id,
        0 as step
    from (
        select claim_id from ties
        where tie_id in (select tie_id from ties_{{ rounds }}) and claim_id is not null
        union
        select claim_id from concerned_claims
        union
        select claim_id from untied_claims
    ) as claims
)

select
    r.patient_id,
    r.claim_id,
    r.step,
    r.step = {{ rounds }} as is_last_step
from reached as r
inner join mode on mode.reason is null
