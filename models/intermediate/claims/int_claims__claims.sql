-- One row per claim: a claim number and payer sequence that was submitted or answered, with the
-- slice its metrics belong to: payer of the first submission, clinic and provider of the visit of
-- its first line.
with

submissions as (select * from {{ ref('int_claims__submissions') }}),

remittances as (select * from {{ ref('int_remittances__claims') }}),

submitted_lines as (select * from {{ ref('int_scope__submitted_lines') }}),

charges as (select charge_id, visit_id from {{ ref('int_scope__charges') }}),

visits as (select * from {{ ref('int_visits__visits') }}),

payers as (select * from {{ ref('stg_practice__payers') }}),

claims as (
    select claim_id, payer_sequence
    from submissions
    union
    select claim_id, payer_sequence
    from remittances
    where is_known_claim
),

-- A claim that a payer forwarded by itself was never submitted in its sequence: it keeps the slice of the
-- claim it came from.
first_submissions as (
    select
        c.claim_id,
        c.payer_sequence,
        s.submission_id,
        s.edi_payer_id,
        s.rendering_npi,
        case when s.payer_sequence = c.payer_sequence then s.submitted_on end as first_submitted_on,
        case when s.payer_sequence = c.payer_sequence then s.first_service_date end as first_service_date,
        s.payer_sequence = c.payer_sequence as is_submitted
    from claims as c
    inner join submissions as s on c.claim_id = s.claim_id
    qualify row_number() over (
        partition by c.claim_id, c.payer_sequence
        order by case when s.payer_sequence = c.payer_sequence then 0 else 1 end, s.submission_order
    ) = 1
),

first_visits as (
    select
        f.claim_id,
        f.payer_sequence,
        v.visit_id,
        v.patient_id,
        v.payer_id,
        v.clinic_id,
        v.provider_id,
        coalesce(l.rendering_npi, f.rendering_npi) as rendering_npi
    from first_submissions as f
    inner join submitted_lines as l on f.submission_id = l.submission_id
    left join charges as c on l.charge_id = c.charge_id
    left join visits as v on c.visit_id = v.visit_id
    qualify row_number() over (partition by f.submission_id, f.payer_sequence order by l.line_number) = 1
),

claim_payers as (
    select
        f.claim_id,
        f.payer_sequence,
        coalesce(max(case when p.payer_id = v.payer_id then p.payer_id end), min(p.payer_id)) as payer_id
    from first_submissions as f
    inner join payers as p on f.edi_payer_id = p.edi_payer_id
    left join first_visits as v on f.claim_id = v.claim_id and f.payer_sequence = v.payer_sequence
    group by f.claim_id, f.payer_sequence
),

providers_by_npi as (
    select npi, min(provider_id) as provider_id
    from {{ ref('stg_practice__providers') }}
    group by npi
)

select
    f.claim_id,
    f.payer_sequence,
    f.submission_id as first_submission_id,
    v.visit_id,
    v.patient_id,
    p.payer_id,
    v.clinic_id,
    case when v.visit_id is null then n.provider_id else v.provider_id end as provider_id,
    f.first_submitted_on,
    f.first_service_date,
    f.is_submitted
from first_submissions as f
left join first_visits as v on f.claim_id = v.claim_id and f.payer_sequence = v.payer_sequence
left join claim_payers as p on f.claim_id = p.claim_id and f.payer_sequence = p.payer_sequence
left join providers_by_npi as n on coalesce(v.rendering_npi, f.rendering_npi) = n.npi
