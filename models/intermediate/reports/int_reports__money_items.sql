-- One row per slice, day and cause of what the plain totals payments, adjustments and receivable count,
-- or a practice's own system may count: what it is worth, since when it is known, and why it may be
-- counted otherwise. The receivable of a month is the sum of all items until its end.
with

run as (select * from {{ ref('stg_load__run') }}),

ledger as (select * from {{ ref('int_ledger__events') }}),

lines as (select * from {{ ref('int_remittances__adjudicated_lines') }}),

resent as (select * from {{ ref('stg_x12_835__resent_payments') }}),

charges as (select * from {{ ref('int_visits__charges') }}),

visits as (select * from {{ ref('int_visits__visits') }}),

claims as (select * from {{ ref('int_claims__claims') }}),

events as (
    select
        e.*,
        -- The ledger's ids begin with what moved: a reversal takes back payments and contractual amounts.
        split_part(e.event_id, ':', 1) as movement,
        r.transaction_set_id is not null as is_resent,
        c.voided_on,
        case
            when e.kind in ('charge', 'void') and v.visit_id is not null then cast(v.note_signed_at as date)
            else e.event_date
        end as signed_on
    from ledger as e
    left join lines as l on e.remittance_line_id = l.remittance_line_id
    left join resent as r on l.transaction_set_id = r.transaction_set_id
    left join charges as c on e.charge_id = c.charge_id
    left join visits as v on e.visit_id = v.visit_id
),

-- Nobody's charge: in no total of ours. A contractual amount is posted only where the claim is known.
unmatched_lines as (
    select
        l.payment_date,
        l.paid_amount,
        case when l.is_known_claim then l.contractual_amount else 0 end as contractual_amount,
        c.payer_id,
        c.clinic_id,
        c.provider_id
    from lines as l
    left join claims as c on l.claim_id = c.claim_id and l.payer_sequence = c.payer_sequence
    where l.charge_id is null
),

payers as (
    select
        edi_payer_id,
        min(payer_id) as payer_id
    from {{ ref('stg_practice__payers') }}
    group by 1
),

provider_adjustments as (
    select
        p.payment_date,
        a.amount,
        y.payer_id
    from {{ ref('stg_x12_835__provider_adjustments') }} as a
    inner join {{ ref('stg_x12_835__payments') }} as p on a.transaction_set_id = p.transaction_set_id
    cross join run
    left join payers as y on p.edi_payer_id = y.edi_payer_id
    where p.payment_date <= run.as_of
),

items as (
    select
        'receivable' as metric_id,
        event_date as known_on,
        payer_id,
        clinic_id,
        provider_id,
        case when kind = 'void' then 'voids' when is_resent then 'duplicate_remittances' end as cause,
        case when kind in ('charge', 'void') then voided_on end as ended_on,
        signed_on,
        true as is_counted,
        amount
    from events
    union all
    select
        case when movement in ('contractual', 'adjustment') then 'adjustments' else 'payments' end
            as metric_id,
        event_date as known_on,
        payer_id,
        clinic_id,
        provider_id,
        case when is_resent then 'duplicate_remittances' end as cause,
        cast(null as date) as ended_on,
        event_date as signed_on,
        true as is_counted,
        -amount as amount
    from events
    where movement in ('paid', 'patient', 'refund', 'contractual', 'adjustment')
    union all
    {% for metric_id, amount in [
        ('payments', 'paid_amount'),
        ('adjustments', 'contractual_amount'),
        ('receivable', '-paid_amount - contractual_amount')
    ] -%}
    select
        '{{ metric_id }}' as metric_id,
        payment_date as known_on,
        payer_id,
        clinic_id,
        provider_id,
        'unmatched_money' as cause,
        cast(null as date) as ended_on,
        payment_date as signed_on,
        false as is_counted,
        {{ amount }} as amount
    from unmatched_lines
    union all
    {% endfor -%}
    select
        'payments' as metric_id,
        payment_date as known_on,
        payer_id,
        cast(null as string) as clinic_id,
        cast(null as string) as provider_id,
        'provider_adjustments' as cause,
        cast(null as date) as ended_on,
        payment_date as signed_on,
        false as is_counted,
        -amount as amount
    from provider_adjustments
)

select
    metric_id,
    {{ month_of('known_on') }} as month,
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
where amount <> 0
group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
