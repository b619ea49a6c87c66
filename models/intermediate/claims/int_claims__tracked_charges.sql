-- One row per claim and charge that it ever carried, and per charge that waits to be sent: a visit's
-- unsent charges are one claim without a number. owns_charge: of the claims that carry a charge, the
-- one that its money is told on, so that balances of claims add up.
with

charges as (select * from {{ ref('int_visits__charges') }}),

carried as (
    select
        s.claim_id,
        s.payer_sequence,
        l.charge_id,
        max(s.submission_order) as last_submission_order
    from {{ ref('int_claims__submissions') }} as s
    inner join {{ ref('int_scope__submitted_lines') }} as l on s.submission_id = l.submission_id
    group by s.claim_id, s.payer_sequence, l.charge_id
),

answered as (
    select
        claim_id,
        payer_sequence,
        charge_id
    from {{ ref('int_remittances__adjudicated_lines') }}
    where is_standing and not is_duplicate_answer and charge_id is not null
    group by claim_id, payer_sequence, charge_id
),

-- A charge sent again under another number belongs to the claim that was answered, else to the last.
claimed as (
    select
        k.claim_id,
        k.payer_sequence,
        k.charge_id,
        row_number() over (
            partition by k.charge_id
            order by
                k.payer_sequence asc,
                case when a.charge_id is null then 1 else 0 end asc,
                k.last_submission_order desc
        ) = 1 as owns_charge
    from carried as k
    left join answered as a
        on
            k.claim_id = a.claim_id
            and k.payer_sequence = a.payer_sequence
            and k.charge_id = a.charge_id
),

waiting as (
    select c.charge_id
    from charges as c
    left join carried as k on c.charge_id = k.charge_id
    where k.charge_id is null and c.is_known_visit and not c.is_self_pay and not c.is_voided
),

tracked as (
    select
        concat('claim:', claim_id) as tracking_id,
        claim_id,
        payer_sequence,
        charge_id,
        owns_charge
    from claimed
    union all
    select
        concat('visit:', c.visit_id) as tracking_id,
        cast(null as string) as claim_id,
        'P' as payer_sequence,
        c.charge_id,
        true as owns_charge
    from waiting as w
    inner join charges as c on w.charge_id = c.charge_id
)

select
    t.tracking_id,
    t.claim_id,
    t.payer_sequence,
    t.charge_id,
    c.visit_id,
    c.service_date,
    c.posted_on,
    c.voided_on,
    c.charge_amount,
    t.owns_charge,
    c.source_file
from tracked as t
inner join charges as c on t.charge_id = c.charge_id
