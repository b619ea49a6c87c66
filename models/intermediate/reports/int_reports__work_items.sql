-- One row per slice, day and cause of what the plain totals visits, charges, units and claims_submitted
-- count, or a practice's own system may count: what it is worth, since when it is known, when its note
-- was signed, and when and why it ended (void, rejection).
with

visits as (select * from {{ ref('int_visits__visits') }}),

charges as (
    select
        c.*,
        cast(v.note_signed_at as date) as signed_on
    from {{ ref('int_visits__charges') }} as c
    inner join visits as v on c.visit_id = v.visit_id
),

voided_visits as (
    select
        visit_id,
        max(voided_on) as voided_on
    from charges
    group by 1
    having bool_and(is_voided)
),

submissions as (
    select
        s.submitted_on,
        s.frequency_code,
        o.is_rejected,
        o.rejected_on,
        c.payer_id,
        c.clinic_id,
        c.provider_id
    from {{ ref('int_claims__submissions') }} as s
    inner join {{ ref('int_claims__submission_outcomes') }} as o on s.submission_id = o.submission_id
    inner join {{ ref('int_claims__claims') }} as c
        on s.claim_id = c.claim_id and s.payer_sequence = c.payer_sequence
),

items as (
    select
        'visits' as metric_id,
        v.service_month as month,
        v.payer_id,
        v.clinic_id,
        v.provider_id,
        case when d.visit_id is not null then 'voids' end as cause,
        v.service_date as known_on,
        d.voided_on as ended_on,
        cast(v.note_signed_at as date) as signed_on,
        true as is_counted,
        1 as amount
    from visits as v
    left join voided_visits as d on v.visit_id = d.visit_id
    union all
    {% for metric_id, amount in [('charges', 'charge_amount'), ('units', 'units')] -%}
    select
        '{{ metric_id }}' as metric_id,
        service_month as month,
        payer_id,
        clinic_id,
        provider_id,
        case when is_voided then 'voids' end as cause,
        posted_on as known_on,
        voided_on as ended_on,
        signed_on,
        not is_voided as is_counted,
        {{ amount }} as amount
    from charges
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
        1 as amount
    from submissions
)

select
    metric_id,
    month,
    payer_id,
    clinic_id,
    provider_id,
    cause,
    known_on,
    ended_on,
    signed_on,
    is_counted,
    cast(sum(amount) as decimal(18, 2)) as amount,
    count(*) as items
from items
group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
