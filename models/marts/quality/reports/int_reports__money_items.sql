-- One row per slice, day and cause of what the plain totals payments, adjustments and receivable count,
-- or a practice's own system may count: what it is worth, since when it is known, and why it may be
-- counted otherwise. Without days: what every report counts as we do. The receivable of a month is the sum
-- of all items until its end.
{{ config(schema='intermediate') }}
with

run as (select * from {{ ref('stg_load__run') }}),

report_days as (select * from {{ ref('int_reports__report_days') }}),

visits as (select * from {{ ref('fct_visit') }}),

-- The ledger's charges and voids: it tells neither when a charge ended nor when its note was signed.
charges as (
    select
        c.payer_id,
        c.clinic_id,
        c.provider_id,
        c.posted_on,
        c.voided_on,
        c.charge_amount,
        v.visit_key is not null as is_noted,
        cast(v.note_signed_at as date) as signed_on
    from {{ ref('fct_charge') }} as c
    left join visits as v on c.visit_key = v.visit_key
    where c.charge_amount <> 0
),

resent_lines as (
    select adjudication_line_key
    from {{ ref('fct_adjudication_line') }}
    where
        remittance_claim_id in (
            select c.remittance_claim_id
            from {{ ref('stg_x12_835__claims') }} as c
            inner join {{ ref('stg_x12_835__resent_payments') }} as r
                on c.transaction_set_id = r.transaction_set_id
        )
),

movements as (
    select
        -- A reversal takes back payments and contractual amounts; its id begins with which.
        case
            when e.kind in ('contractual', 'adjustment') or e.event_id like 'contractual:%' then 'adjustments'
            else 'payments'
        end as metric_id,
        {{ month_of('e.event_date') }} as month,
        e.payer_id,
        e.clinic_id,
        e.provider_id,
        case when r.adjudication_line_key is not null then 'duplicate_remittances' end as cause,
        e.event_date as known_on,
        cast(null as date) as ended_on,
        e.event_date as signed_on,
        true as is_counted,
        -e.amount as amount,
        1 as items
    from {{ ref('fct_receivable_event') }} as e
    left join resent_lines as r on e.adjudication_line_key = r.adjudication_line_key
    where e.kind not in ('charge', 'void')
),

-- Summed before they are told a second time, as what lowers the receivable.
settlements as (
    {{ items_by_slice('movements') }}
),

-- Nobody's charge: in no total of ours. A contractual amount is posted only where the claim is known.
unmatched_lines as (
    select
        payment_date,
        paid_amount,
        case when is_known_claim then contractual_amount else 0 end as contractual_amount,
        payer_id,
        clinic_id,
        provider_id
    from {{ ref('fct_adjudication_line') }}
    where charge_key is null
),

payers as (
    select
        edi_payer_id,
        min(payer_id) as payer_id
    from {{ ref('dim_payer') }}
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
    where p.payment_date <= run.as_of and a.amount <> 0
),

items as (
    select
        'receivable' as metric_id,
        {{ month_of('posted_on') }} as month,
        payer_id,
        clinic_id,
        provider_id,
        cast(null as string) as cause,
        posted_on as known_on,
        voided_on as ended_on,
        case when is_noted then signed_on else posted_on end as signed_on,
        true as is_counted,
        charge_amount as amount,
        1 as items
    from charges
    union all
    select
        'receivable' as metric_id,
        {{ month_of('voided_on') }} as month,
        payer_id,
        clinic_id,
        provider_id,
        'voids' as cause,
        voided_on as known_on,
        voided_on as ended_on,
        case when is_noted then signed_on else voided_on end as signed_on,
        true as is_counted,
        -charge_amount as amount,
        1 as items
    from charges
    where voided_on is not null
    union all
    select * from settlements
    union all
    select
        'receivable' as metric_id,
        month,
        payer_id,
        clinic_id,
        provider_id,
        cause,
        known_on,
        ended_on,
        signed_on,
        is_counted,
        -amount as amount,
        items
    from settlements
    union all
    {% for metric_id, amount in [
        ('payments', 'paid_amount'),
        ('adjustments', 'contractual_amount'),
        ('receivable', '-paid_amount - contractual_amount')
    ] -%}
    select
        '{{ metric_id }}' as metric_id,
        {{ month_of('payment_date') }} as month,
        payer_id,
        clinic_id,
        provider_id,
        'unmatched_money' as cause,
        payment_date as known_on,
        cast(null as date) as ended_on,
        payment_date as signed_on,
        false as is_counted,
        {{ amount }} as amount,
        1 as items
    from unmatched_lines
    where {{ amount }} <> 0
    union all
    {% endfor -%}
    select
        'payments' as metric_id,
        {{ month_of('payment_date') }} as month,
        payer_id,
        cast(null as string) as clinic_id,
        cast(null as string) as provider_id,
        'provider_adjustments' as cause,
        payment_date as known_on,
        cast(null as date) as ended_on,
        payment_date as signed_on,
        false as is_counted,
        -amount as amount,
        1 as items
    from provider_adjustments
)

{{ items_by_slice('items') }}
