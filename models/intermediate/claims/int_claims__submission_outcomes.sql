-- One row per submission: rejected, accepted, or neither as of as_of. A remittance accepts the last
-- submission that it can answer, whatever the acknowledgments left out.
with

submissions as (select * from {{ ref('int_claims__submissions') }}),

acknowledgments as (select * from {{ ref('int_claims__acknowledgments') }}),

remittances as (select * from {{ ref('int_remittances__claims') }}),

acknowledged as (
    select
        submission_id,
        bool_or(is_rejection) as is_rejected,
        bool_or(is_acceptance) as has_acceptance,
        bool_or(is_payer_acceptance) as has_payer_acceptance,
        min(case when is_rejection then acknowledged_on end) as rejected_on,
        min(case when is_acceptance then acknowledged_on end) as accepted_on
    from acknowledgments
    group by submission_id
),

judged as (
    select
        s.submission_id,
        s.claim_id,
        s.payer_sequence,
        s.submission_number,
        s.submitted_on,
        coalesce(a.is_rejected, false) as is_rejected,
        coalesce(a.has_acceptance, false) as has_acceptance,
        coalesce(a.has_payer_acceptance, false) as has_payer_acceptance,
        a.rejected_on,
        a.accepted_on
    from submissions as s
    left join acknowledged as a on s.submission_id = a.submission_id
),

remittance_dates as (
    select
        claim_id,
        payer_sequence,
        payment_date
    from remittances
    where is_known_claim
    group by claim_id, payer_sequence, payment_date
),

answered as (
    select
        j.submission_id,
        r.payment_date
    from remittance_dates as r
    inner join judged as j
        on
            r.claim_id = j.claim_id
            and r.payer_sequence = j.payer_sequence
            and j.submitted_on <= r.payment_date
            and not j.is_rejected
    qualify row_number() over (
        partition by r.claim_id, r.payer_sequence, r.payment_date
        order by j.submission_number desc
    ) = 1
),

answers as (
    select
        submission_id,
        min(payment_date) as answered_on
    from answered
    group by submission_id
)

select
    j.submission_id,
    j.is_rejected,
    not j.is_rejected and (j.has_acceptance or a.submission_id is not null) as is_accepted,
    not j.is_rejected
    and (j.has_payer_acceptance or a.submission_id is not null) as is_accepted_by_payer,
    j.rejected_on,
    case
        when not j.is_rejected
            then coalesce(least(j.accepted_on, a.answered_on), j.accepted_on, a.answered_on)
    end as accepted_on
from judged as j
left join answers as a on j.submission_id = a.submission_id
