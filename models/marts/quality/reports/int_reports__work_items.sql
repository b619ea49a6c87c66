-- One row per slice, day and cause of what the plain totals visits, charges, units and claims_submitted
-- count, or a practice's own system may count: what it is worth, since when it is known, when its note
-- was signed, and when and why it ended (void, rejection). Without days: what every report counts.
{{ config(schema='intermediate') }}
with

report_days as (select * from {{ ref('int_reports__report_days') }}),

visits as (select * from {{ ref('fct_visit') }}),

charges as (
    select
        'charges' as metric_id,
        c.service_month as month,
        c.payer_id,
        c.clinic_id,
        c.provider_id,
        case when c.is_voided then 'voids' end as cause,
        c.posted_on as known_on,
        c.voided_on as ended_on,
        cast(v.note_signed_at as date) as signed_on,
        not c.is_voided as is_counted,
        c.charge_amount,
        c.units,
        1 as items
    from {{ ref('fct_charge') }} as c
    inner join visits as v on c.visit_key = v.visit_key
),

charge_items as (
    {{ items_by_slice('charges', ['charge_amount', 'units']) }}
),

voids as (select * from {{ ref('fct_charge') }} where is_voided),

voided_visits as (
    select
        v.visit_key,
        max(v.voided_on) as voided_on
    from voids as v
    left join {{ ref('fct_charge') }} as c on v.visit_key = c.visit_key and not c.is_voided
    where c.visit_key is null
    group by 1
),

submissions as (
    select
        s.submitted_on,
        s.frequency_code,
        s.outcome = 'rejected' as is_rejected,
        s.rejected_on,
        c.payer_id,
        c.clinic_id,
        c.provider_id
    from {{ ref('fct_claim_submission') }} as s
    inner join {{ ref('fct_claim') }} as c
        on s.claim_key = c.claim_key and s.payer_sequence = c.payer_sequence
),

items as (
    select
        'visits' as metric_id,
        v.service_month as month,
        v.payer_id,
        v.clinic_id,
        v.provider_id,
        case when d.visit_key is not null then 'voids' end as cause,
        v.service_date as known_on,
        d.voided_on as ended_on,
        cast(v.note_signed_at as date) as signed_on,
        true as is_counted,
        1 as amount,
        1 as items
    from visits as v
    left join voided_visits as d on v.visit_key = d.visit_key
    union all
    {% for metric_id, amount in [('charges', 'charge_amount'), ('units', 'units')] -%}
    select
        '{{ metric_id }}' as metric_id,
        month,
        payer_id,
        clinic_id,
        provider_id,
        cause,
        known_on,
        ended_on,
        signed_on,
        is_counted,
        {{ amount }} as amount,
        items
    from charge_items
    union all
    {% endfor -%}
    select
        'claims_submitted' as metric_id,
        {{ month_of('submitted_on') }} as month,
        payer_id,
        clinic_id,
        provider_id,
        case when frequency_code = '8' then 'voids' when is_rejected then 'rejected_claims' end as cause,
        submitted_on as known_on,
        case when frequency_code <> '8' then rejected_on end as ended_on,
        submitted_on as signed_on,
        frequency_code <> '8' and not is_rejected as is_counted,
        1 as amount,
        1 as items
    from submissions
)

{{ items_by_slice('items') }}
