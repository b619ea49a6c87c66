-- One row per claim number ever submitted (CLM01): the claim it belongs to. A replacement or void
-- sent under a number of its own belongs to the claim whose payer control number it names (REF*F8);
-- numbers may chain.
with recursive

run as (select * from {{ ref('stg_load__run') }}),

submissions as (
    select s.*
    from {{ ref('stg_x12_837__claims') }} as s
    cross join run
    where s.submitted_on <= run.as_of
),

numbers as (
    select
        claim_id,
        bool_or(coalesce(frequency_code, '1') not in ('7', '8')) as is_original
    from submissions
    group by claim_id
),

-- The payer tells its control number in a remittance, or already in its acknowledgment.
control_numbers as (
    select
        c.payer_control_number,
        c.claim_id,
        c.payment_date as told_on,
        c.set_order
    from {{ ref('stg_x12_835__claims') }} as c
    cross join run
    where c.payment_date <= run.as_of and c.payer_control_number is not null
    union all
    select
        a.payer_control_number,
        a.claim_id,
        a.status_date as told_on,
        a.set_order
    from {{ ref('stg_x12_277ca__claim_statuses') }} as a
    cross join run
    where a.status_date <= run.as_of and a.payer_control_number is not null
),

links as (
    select
        s.claim_id,
        told.claim_id as linked_claim_id
    from submissions as s
    inner join numbers as n on s.claim_id = n.claim_id and not n.is_original
    inner join control_numbers as told
        on s.payer_control_number = told.payer_control_number and s.claim_id <> told.claim_id
    inner join numbers as known on told.claim_id = known.claim_id
    qualify row_number() over (
        partition by s.claim_id
        order by
            s.submitted_on, s.submitted_time nulls last, s.set_order, s.claim_number,
            told.told_on, told.set_order, told.claim_id
    ) = 1
),

-- Ten replacements of replacements are more than any payer allows; the bound also ends a ring.
walk as (
    select
        claim_id,
        linked_claim_id,
        1 as depth
    from links
    union all
    select
        w.claim_id,
        l.linked_claim_id,
        w.depth + 1 as depth
    from walk as w
    inner join links as l on w.linked_claim_id = l.claim_id
    where w.depth < 10
),

roots as (
    select
        w.claim_id,
        w.linked_claim_id
    from walk as w
    left join links as l on w.linked_claim_id = l.claim_id
    where l.claim_id is null
)

select
    n.claim_id as submitted_claim_id,
    coalesce(r.linked_claim_id, n.claim_id) as claim_id
from numbers as n
left join roots as r on n.claim_id = r.claim_id
