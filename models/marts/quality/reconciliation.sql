-- One row per remittance (835 set) dated on or before as_of and place where its money is: in the
-- receivable, or named here with the reason why not. Rows with is_in_payment sum to the payment
-- (BPR02), to the cent.
with

run as (select * from {{ ref('stg_load__run') }}),

payments as (
    select p.*
    from {{ ref('stg_x12_835__payments') }} as p
    cross join run
    where p.payment_date <= run.as_of
),

lines as (select * from {{ ref('fct_adjudication_line') }}),

claim_payments as (
    select c.*
    from {{ ref('stg_x12_835__claims') }} as c
    cross join run
    where c.payment_date <= run.as_of
),

provider_adjustments as (select * from {{ ref('stg_x12_835__provider_adjustments') }}),

line_amounts as (
    select
        c.transaction_set_id,
        case
            when l.charge_key is not null then 'in_receivable'
            when l.is_known_claim then 'unmatched_line'
            else 'unknown_claim'
        end as reason,
        sum(l.paid_amount) as amount,
        count(*) as items
    from lines as l
    inner join claim_payments as c on l.remittance_claim_id = c.remittance_claim_id
    group by 1, 2
),

adjustment_amounts as (
    select
        a.transaction_set_id,
        -- A code has two characters. What is longer may be the account that stands behind it, of a
        -- payer that parts the two by another mark than its ISA16: it must not be published.
        concat(
            'provider_adjustment_',
            case when length(a.reason_code) > 2 then 'other' else coalesce(a.reason_code, 'none') end
        ) as reason,
        -sum(a.amount) as amount,
        count(*) as items
    from provider_adjustments as a
    inner join payments as p on a.transaction_set_id = p.transaction_set_id
    group by 1, 2
),

named as (
    select * from line_amounts
    union all
    select * from adjustment_amounts
),

imbalances as (
    select
        p.transaction_set_id,
        'out_of_balance' as reason,
        max(p.payment_amount) - coalesce(sum(n.amount), 0) as amount,
        1 as items
    from payments as p
    left join named as n on p.transaction_set_id = n.transaction_set_id
    group by 1
    having max(p.payment_amount) - coalesce(sum(n.amount), 0) <> 0
),

interest as (
    select
        transaction_set_id,
        'interest' as reason,
        sum(interest_amount) as amount,
        count(*) as items
    from claim_payments
    where interest_amount <> 0
    group by 1
),

places as (
    select *, true as is_in_payment
    from named
    union all
    select *, true as is_in_payment
    from imbalances
    union all
    -- Interest is paid through a provider adjustment: told apart here, it is not counted twice.
    select *, false as is_in_payment
    from interest
)

select
    {{ pseudonym('remittance', 'p.transaction_set_id') }} as remittance_key,
    p.transaction_set_id,
    p.source_file as file,
    p.edi_payer_id,
    p.payment_date,
    n.reason,
    cast(n.items as bigint) as items,
    cast(n.amount as decimal(18, 2)) as amount,
    n.is_in_payment
from places as n
inner join payments as p on n.transaction_set_id = p.transaction_set_id
cross join run
