-- One row per claim that is tracked: those that were submitted or answered (int_claims__claims), and
-- one without a number per visit with charges that wait to be sent.
with

claims as (select * from {{ ref('int_claims__claims') }}),

visits as (select * from {{ ref('int_visits__visits') }}),

charges as (select * from {{ ref('int_claims__tracked_charges') }}),

coverages as (select * from {{ ref('int_scope__coverages') }}),

sums as (
    select
        tracking_id,
        payer_sequence,
        min(claim_id) as claim_id,
        min(visit_id) as visit_id,
        min(service_date) as service_date,
        bool_or(owns_charge) as owns_charges
    from charges
    group by tracking_id, payer_sequence
),

tracked as (
    select
        concat('claim:', claim_id) as tracking_id,
        claim_id,
        payer_sequence,
        first_submission_id,
        visit_id,
        patient_id,
        payer_id,
        clinic_id,
        provider_id,
        first_submitted_on,
        first_service_date,
        is_submitted
    from claims
    union all
    select
        s.tracking_id,
        cast(null as string) as claim_id,
        s.payer_sequence,
        cast(null as string) as first_submission_id,
        v.visit_id,
        v.patient_id,
        v.payer_id,
        v.clinic_id,
        v.provider_id,
        cast(null as date) as first_submitted_on,
        cast(null as date) as first_service_date,
        false as is_submitted
    from sums as s
    inner join visits as v on s.visit_id = v.visit_id
    where s.claim_id is null
),

-- Whoever is next in line: another claim of the number, one that the payer forwarded to, or a coverage.
later_sequences as (
    select
        claim_id,
        max(payer_sequence) as last_sequence
    from claims
    group by claim_id
),

forwarded as (
    select
        claim_id,
        payer_sequence
    from {{ ref('int_remittances__claims') }}
    where status_code in ('19', '20')
    group by claim_id, payer_sequence
),

second_coverages as (
    select v.visit_id
    from visits as v
    inner join coverages as billed on v.billed_coverage_id = billed.coverage_id
    inner join coverages as c
        on
            v.patient_id = c.patient_id
            and c.priority > billed.priority
            and v.service_date between c.effective_from and coalesce(c.effective_to, v.service_date)
    group by v.visit_id
)

select
    t.*,
    coalesce(t.first_service_date, s.service_date) as service_date,
    coalesce(s.owns_charges, false) as owns_charges,
    -- What it carried is told on another claim, to which it was moved.
    t.payer_sequence = 'P' and coalesce(not s.owns_charges, false) as is_superseded,
    coalesce(l.last_sequence > t.payer_sequence, false)
    or f.claim_id is not null
    or (t.payer_sequence = 'P' and c.visit_id is not null) as has_next_payer
from tracked as t
left join sums as s on t.tracking_id = s.tracking_id and t.payer_sequence = s.payer_sequence
left join later_sequences as l on t.claim_id = l.claim_id
left join forwarded as f on t.claim_id = f.claim_id and t.payer_sequence = f.payer_sequence
left join second_coverages as c on t.visit_id = c.visit_id
