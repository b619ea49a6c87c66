-- One row per adjustment (CAS triplet) and line it falls on. Amounts of the claim level are spread
-- over the lines like the payment is, each triplet on its own, to the cent.
with

adjustments as (select * from {{ ref('int_scope__remittance_adjustments') }}),

weights as (select * from {{ ref('int_remittances__line_weights') }}),

reasons as (select * from {{ ref('stg_reference__adjustment_reasons') }}),

shared as (
    select
        w.remittance_line_id,
        w.remittance_claim_id,
        a.group_code,
        a.carc_code,
        a.cas_number,
        a.triplet_number,
        a.amount as claim_amount,
        w.takes_rest,
        case
            when w.takes_rest then 0
            else coalesce({{ share_of_amount('a.amount', 'w.weight', 'w.total_weight') }}, 0)
        end as share
    from adjustments as a
    inner join weights as w on a.remittance_claim_id = w.remittance_claim_id
    where a.line_number is null
),

amounts as (
    select
        concat(remittance_claim_id, ':', cast(line_number as string)) as remittance_line_id,
        remittance_claim_id,
        group_code,
        carc_code,
        amount,
        false as is_claim_level
    from adjustments
    where line_number is not null
    union all
    select
        remittance_line_id,
        remittance_claim_id,
        group_code,
        carc_code,
        case
            when takes_rest
                then
                    claim_amount
                    - sum(share) over (partition by remittance_claim_id, cas_number, triplet_number)
            else share
        end as amount,
        true as is_claim_level
    from shared
)

select
    a.remittance_line_id,
    a.remittance_claim_id,
    a.group_code,
    a.carc_code,
    coalesce(r.category, 'unmapped') as category,
    -- A code the table does not know is treated as a refusal until somebody looks.
    coalesce(r.is_denial, true) as is_denial,
    cast(a.amount as decimal(18, 2)) as amount,
    a.is_claim_level
from amounts as a
left join reasons as r on a.carc_code = r.carc
where a.amount <> 0
