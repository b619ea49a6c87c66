-- One row per dated event of a claim on or before as_of: what was posted, sent, acknowledged,
-- answered, written off and paid. step and place order the events of a day. Their order and what they
-- make of the claim is decided in int_claims__states, which alone reads it and tests its rows: writing
-- or sorting them here would take as long as making them.
{{ config(materialized='view') }}
with

charges as (select * from {{ ref('int_claims__tracked_charges') }}),

submissions as (select * from {{ ref('int_claims__submissions') }}),

answers as (select * from {{ ref('int_claims__answers') }}),

ledger as (select * from {{ ref('int_ledger__events') }}),

owners as (select * from charges where owns_charge),

-- Patients pay a visit, not a charge: their money is told on the claim with most of its dollars.
visit_owners as (
    select
        visit_id,
        tracking_id,
        payer_sequence
    from (
        select visit_id, tracking_id, payer_sequence, sum(charge_amount) as charge_amount
        from owners
        group by visit_id, tracking_id, payer_sequence
    ) as owned
    qualify row_number() over (
        partition by visit_id order by charge_amount desc, tracking_id asc, payer_sequence asc
    ) = 1
),

{% set no_submission = 'cast(null as string) as submission_id' -%}
{% set no_answer = 'cast(null as string) as remittance_claim_id' -%}
{% set no_detail = 'cast(null as string) as detail' -%}
events as (
    select
        tracking_id, payer_sequence, posted_on as event_date, 1 as step, 0 as place,
        'charge_posted' as kind, {{ no_detail }}, sum(charge_amount) as amount,
        sum(charge_amount) as balance_change, {{ no_submission }}, {{ no_answer }},
        min(source_file) as source_file
    from owners
    group by tracking_id, payer_sequence, posted_on
    union all
    select
        tracking_id, payer_sequence, voided_on as event_date, 2 as step, 0 as place,
        'charge_voided' as kind, {{ no_detail }}, sum(charge_amount) as amount,
        -sum(charge_amount) as balance_change, {{ no_submission }}, {{ no_answer }},
        min(source_file) as source_file
    from owners
    where voided_on is not null
    group by tracking_id, payer_sequence, voided_on
    union all
    select
        concat('claim:', claim_id) as tracking_id, payer_sequence, submitted_on as event_date, 3 as step,
        submission_order as place,
        case frequency_code when '7' then 'replacement' when '8' then 'void' else 'submission' end as kind,
        {{ no_detail }}, claim_amount as amount, 0 as balance_change, submission_id, {{ no_answer }},
        source_file
    from submissions
    union all
    select
        concat('claim:', s.claim_id) as tracking_id, s.payer_sequence, a.acknowledged_on as event_date,
        case when a.is_rejection then 5 else 4 end as step, s.submission_order as place,
        case
            when a.is_rejection then 'rejected'
            when a.is_payer_acceptance then 'accepted_by_payer'
            else 'accepted_by_clearinghouse'
        end as kind,
        concat_ws(' ', a.acknowledgment, a.code) as detail, cast(null as decimal(18, 2)) as amount,
        0 as balance_change, s.submission_id, {{ no_answer }}, min(a.source_file) as source_file
    from {{ ref('int_claims__acknowledgments') }} as a
    inner join submissions as s on a.submission_id = s.submission_id
    group by
        s.claim_id, s.payer_sequence, a.acknowledged_on, a.is_rejection, s.submission_order,
        a.is_payer_acceptance, a.acknowledgment, a.code, s.submission_id
    union all
    select
        tracking_id, payer_sequence, payment_date as event_date, 6 as step,
        10 * place as place,
        case
            when not is_own then 'other_answer' when verdict = 'reversal' then 'reversed' else 'adjudicated'
        end as kind,
        case when is_own then verdict else concat_ws(' ', answered_sequence, verdict) end as detail,
        case when is_own then charge_amount else paid_amount end as amount,
        balance_change, {{ no_submission }}, remittance_claim_id, source_file
    from answers
    {% set told = {'payer_payment': 'paid_amount', 'patient_share': 'patient_responsibility_amount'} -%}
    {% for kind, amount in told.items() -%}
    union all
    select
        tracking_id, payer_sequence, payment_date as event_date, 6 as step,
        10 * place + {{ loop.index }} as place,
        '{{ kind }}' as kind, {{ no_detail }}, {{ amount }} as amount, 0 as balance_change,
        {{ no_submission }}, remittance_claim_id, source_file
    from answers
    where is_own and {{ amount }} <> 0
    {% endfor %}
    union all
    select
        o.tracking_id, o.payer_sequence, e.event_date, 7 as step, 0 as place,
        case when a.kind in ('contractual', 'courtesy') then 'adjustment' else 'write_off' end as kind,
        a.kind as detail, -sum(e.amount) as amount, sum(e.amount) as balance_change,
        {{ no_submission }}, {{ no_answer }}, min(e.source_file) as source_file
    from ledger as e
    inner join {{ ref('int_scope__adjustments') }} as a
        on e.event_id = concat('adjustment:', a.adjustment_id)
    inner join owners as o on e.charge_id = o.charge_id
    group by o.tracking_id, o.payer_sequence, e.event_date, a.kind
    union all
    select
        o.tracking_id, o.payer_sequence, e.event_date, case e.kind when 'refund' then 9 else 8 end as step,
        0 as place, e.kind, {{ no_detail }}, sum(abs(e.amount)) as amount,
        sum(e.amount) as balance_change, {{ no_submission }}, {{ no_answer }},
        min(e.source_file) as source_file
    from ledger as e
    inner join visit_owners as o on e.visit_id = o.visit_id
    where e.kind in ('patient_payment', 'refund')
    group by o.tracking_id, o.payer_sequence, e.event_date, e.kind
)

select
    tracking_id,
    payer_sequence,
    event_date,
    step,
    place,
    kind,
    detail,
    submission_id,
    remittance_claim_id,
    cast(amount as decimal(18, 2)) as amount,
    cast(balance_change as decimal(18, 2)) as balance_change,
    source_file
from events
