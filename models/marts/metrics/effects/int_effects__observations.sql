-- One row per thing a metric counts and the day it counts on: a claim, line, request, appointment, visit or
-- charge. What is summed over a visit is one row per visit, since its charges rise and fall together.
{{ config(materialized='view', schema='intermediate') }}
{#- metric, rows, day, which of them count, numerator -#}
{%- set shares = [
    ('authorization_approval_rate', 'authorizations', 'decided_on',
        "status in ('approved', 'partially_approved', 'denied')", "status <> 'denied'"),
    ('authorization_coverage_rate', 'visits', 'service_date',
        'is_authorization_required', 'authorization_key is not null'),
    ('cancellation_rate', 'appointments', 'scheduled_on',
        "status not in ('scheduled', 'rescheduled')", "status in ('cancelled', 'late_cancelled')"),
    ('clean_claim_rate', 'claims', 'first_submitted_on',
        "first_submission_outcome <> 'pending'", "first_submission_outcome = 'accepted'"),
    ('code_alignment_rate', 'charges', 'service_date',
        'is_diagnosis_support_judged', 'has_supporting_diagnosis and not has_invalid_diagnosis'),
    ('denial_rate', 'claims', 'first_adjudicated_on', 'true', 'denied_lines > 0'),
    ('documentation_timeliness', 'visits', 'service_date',
        'is_note_due', seconds_from('note_clock_at', 'note_signed_at') ~ ' <= 24 * 3600'),
    ('first_pass_payment_rate', 'claims', 'first_submitted_on',
        'first_adjudicated_on is not null', 'denied_lines + partially_denied_lines = 0'),
    ('modifier_accuracy_rate', 'charges', 'service_date',
        'modifier_rules > 0', 'not has_modifier_finding'),
    ('no_show_rate', 'appointments', 'scheduled_on',
        "status not in ('scheduled', 'rescheduled')", "status = 'no_show'"),
    ('underpayment_rate', 'lines', 'payment_date',
        'paid_amount > 0 and expected_allowed_amount is not null',
        'expected_allowed_amount - (charge_amount - fee_reduction_amount) > 0.01'),
    ('unit_accuracy_rate', 'visits', 'service_date', 'is_unit_judged', 'not has_unit_error'),
    ('visits_billed_rate', 'visits', 'service_date', 'true', 'is_billed')
] %}
{#- metric, rows, day, which of them count, numerator, denominator -#}
{%- set sums = [
    ('charge_lag', 'visits', 'service_date', 'charges > 0', 'lag_days', 'charges'),
    ('days_to_payment', 'claims', 'first_paid_on',
        'first_submitted_on is not null and first_service_date is not null',
        days_from('first_service_date', 'first_paid_on'), '1'),
    ('net_collection_rate', 'visits', 'service_date', 'collectible_charges > 0',
        'collectible_paid_amount + patient_paid_amount', 'collectible_amount'),
    ('reimbursement_per_visit', 'visits', 'service_date', 'is_billed',
        'coalesce(payer_paid_amount, 0) + patient_paid_amount', '1'),
    ('reimbursement_rate', 'visits', 'service_date', 'adjudicated_charges > 0',
        'adjudicated_paid_amount', 'adjudicated_amount'),
    ('units_per_visit', 'visits', 'service_date', 'charges > 0', 'units', '1')
] %}
with

authorizations as (select * from {{ ref('fct_authorization') }}),

appointments as (select * from {{ ref('fct_appointment') }}),

claims as (select * from {{ ref('fct_claim') }} where payer_sequence = 'P'),

lines as (select * from {{ ref('fct_adjudication_line') }} where is_first_adjudication),

modifier_findings as (select charge_id from {{ ref('fct_modifier_finding') }} group by charge_id),

unit_errors as (select visit_id from {{ ref('fct_unit_finding') }} where is_error group by visit_id),

charges as (
    select
        c.visit_id,
        c.payer_id,
        c.clinic_id,
        c.provider_id,
        c.service_date,
        c.posted_on,
        c.units,
        c.charge_amount,
        c.allowed_amount,
        c.payer_paid_amount,
        c.modifier_rules,
        c.is_self_pay,
        c.is_primary_adjudicated,
        c.is_diagnosis_support_judged,
        c.has_supporting_diagnosis,
        c.has_invalid_diagnosis,
        f.charge_id is not null as has_modifier_finding
    from {{ ref('fct_charge') }} as c
    left join modifier_findings as f on c.charge_id = f.charge_id
    where not c.is_voided
),

charge_sums as (
    select
        visit_id,
        count(*) as charges,
        sum(units) as units,
        sum({{ days_from('service_date', 'posted_on') }}) as lag_days,
        sum(payer_paid_amount) as payer_paid_amount,
        {{ count_where('is_primary_adjudicated') }} as adjudicated_charges,
        {{ amount_where('charge_amount', 'is_primary_adjudicated') }} as adjudicated_amount,
        {{ amount_where('payer_paid_amount', 'is_primary_adjudicated') }} as adjudicated_paid_amount,
        {{ count_where('is_primary_adjudicated or is_self_pay') }} as collectible_charges,
        {{ amount_where('allowed_amount', 'is_primary_adjudicated or is_self_pay') }} as collectible_amount,
        {{ amount_where('payer_paid_amount', 'is_primary_adjudicated or is_self_pay') }}
            as collectible_paid_amount
    from charges
    group by visit_id
),

visits as (
    select
        v.payer_id,
        v.clinic_id,
        v.provider_id,
        v.authorization_key,
        v.service_date,
        v.note_clock_at,
        v.note_signed_at,
        v.patient_paid_amount,
        v.is_unit_judged,
        v.is_note_due,
        v.is_billed,
        c.charges,
        c.units,
        c.lag_days,
        c.payer_paid_amount,
        c.adjudicated_charges,
        c.adjudicated_amount,
        c.adjudicated_paid_amount,
        c.collectible_charges,
        c.collectible_amount,
        c.collectible_paid_amount,
        p.is_authorization_required,
        e.visit_id is not null as has_unit_error
    from {{ ref('fct_visit') }} as v
    left join charge_sums as c on v.visit_id = c.visit_id
    left join {{ ref('dim_payer') }} as p on v.payer_id = p.payer_id
    left join unit_errors as e on v.visit_id = e.visit_id
)
{% for metric_id, rows, day, condition, numerator in shares %}
select
    '{{ metric_id }}' as metric_id,
    'two_proportion' as test,
    {{ day }} as event_date,
    payer_id,
    clinic_id,
    provider_id,
    cast(case when {{ numerator }} then 1 else 0 end as decimal(18, 2)) as numerator,
    cast(1 as decimal(18, 2)) as denominator
from {{ rows }}
where {{ day }} is not null and {{ condition }}
union all
{%- endfor %}
{%- for metric_id, rows, day, condition, numerator, denominator in sums %}
select
    '{{ metric_id }}' as metric_id,
    'welch' as test,
    {{ day }} as event_date,
    payer_id,
    clinic_id,
    provider_id,
    -- What nobody knows adds nothing, as in the metric.
    cast(coalesce({{ numerator }}, 0) as decimal(18, 2)) as numerator,
    cast({{ denominator }} as decimal(18, 2)) as denominator
from {{ rows }}
where {{ day }} is not null and {{ condition }}
{{ 'union all' if not loop.last }}
{%- endfor %}
