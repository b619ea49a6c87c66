-- One row per reversal (CLP02 22): the claim payment that it cancels, null when none stood. A
-- reversal takes the latest standing one with the same payer control number, else the latest
-- standing one, so each depends on all before it: the walk carries the standing ones along.
with recursive

claim_payments as (select * from {{ ref('int_remittances__claims') }}),

reversed_claims as (
    select
        claim_id,
        payer_sequence
    from claim_payments
    where is_reversal
    group by claim_id, payer_sequence
),

events as (
    select
        c.claim_id,
        c.payer_sequence,
        c.adjudication_number,
        c.remittance_claim_id,
        c.payer_control_number,
        c.is_reversal,
        c.can_stand
    from claim_payments as c
    inner join reversed_claims as r
        on c.claim_id = r.claim_id and c.payer_sequence = r.payer_sequence
),

same_control_number as (
    select
        r.remittance_claim_id,
        {{ array_collect('e.adjudication_number') }} as adjudication_numbers
    from events as r
    inner join events as e
        on
            r.claim_id = e.claim_id
            and r.payer_sequence = e.payer_sequence
            and r.payer_control_number = e.payer_control_number
            and e.adjudication_number < r.adjudication_number
    where r.is_reversal and e.can_stand
    group by r.remittance_claim_id
),

steps as (
    select
        e.*,
        coalesce(s.adjudication_numbers, {{ empty_integer_array() }}) as same_numbers
    from events as e
    left join same_control_number as s on e.remittance_claim_id = s.remittance_claim_id
),

walk as (
    select
        claim_id,
        payer_sequence,
        cast(0 as bigint) as adjudication_number,
        {{ empty_integer_array() }} as standing,
        cast(null as bigint) as cancelled_number
    from reversed_claims
    union all
    select
        w.claim_id,
        w.payer_sequence,
        s.adjudication_number,
        case
            when s.can_stand then array_append(w.standing, s.adjudication_number)
            when s.is_reversal
                then
                    {{ array_without('w.standing', 'coalesce('
                        ~ array_largest('array_intersect(w.standing, s.same_numbers)') ~ ', '
                        ~ array_largest('w.standing') ~ ')') }}
            else w.standing
        end as standing,
        case
            when s.is_reversal
                then
                    coalesce(
                        {{ array_largest('array_intersect(w.standing, s.same_numbers)') }},
                        {{ array_largest('w.standing') }}
                    )
        end as cancelled_number
    from walk as w
    inner join steps as s
        on
            w.claim_id = s.claim_id
            and w.payer_sequence = s.payer_sequence
            and w.adjudication_number + 1 = s.adjudication_number
)

select
    r.remittance_claim_id,
    c.remittance_claim_id as cancelled_remittance_claim_id
from walk as w
inner join events as r
    on
        w.claim_id = r.claim_id
        and w.payer_sequence = r.payer_sequence
        and w.adjudication_number = r.adjudication_number
        and r.is_reversal
left join events as c
    on
        w.claim_id = c.claim_id
        and w.payer_sequence = c.payer_sequence
        and w.cancelled_number = c.adjudication_number
