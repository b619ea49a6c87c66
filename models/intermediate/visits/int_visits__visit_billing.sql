-- One row per visit on or before as_of: whether one of its charges was billed, the one reason why
-- not, and what the visit is expected to bring while it is not.
with

visits as (select * from {{ ref('int_visits__visits') }}),

charges as (
    select
        b.visit_id,
        bool_or(b.is_billed) as is_billed,
        bool_and(b.unbilled_reason = 'not_submitted') as is_not_submitted,
        sum(coalesce(c.expected_amount, c.charge_amount)) as expected_amount
    from {{ ref('int_visits__charge_billing') }} as b
    inner join {{ ref('int_visits__charges') }} as c on b.charge_id = c.charge_id
    group by b.visit_id
)

select
    v.visit_id,
    coalesce(c.is_billed, false) as is_billed,
    case
        when c.is_billed then null
        when v.note_signed_at is null then 'not_signed'
        when c.visit_id is null then 'no_charges'
        when c.is_not_submitted then 'not_submitted'
        else 'rejected'
    end as unbilled_reason,
    cast(
        case when c.is_billed then 0 else coalesce(c.expected_amount, 0) end as decimal(18, 2)
    ) as unbilled_expected_amount
from visits as v
left join charges as c on v.visit_id = c.visit_id
