-- One row per money movement of the receivable on or before as_of, signed: positive raises what is
-- owed. Everything about the receivable derives from this table. Money that matches no charge is
-- not in it (see quality.reconciliation).
with

run as (select * from {{ ref('stg_load__run') }}),

charges as (select * from {{ ref('int_visits__charges') }}),

lines as (
    select * from {{ ref('int_remittances__adjudicated_lines') }} where charge_id is not null
),

patient_payments as (
    select p.*, run.as_of
    from {{ ref('int_scope__patient_payments') }} as p
    cross join run
    where p.paid_on <= run.as_of
),

adjustments as (
    select a.*
    from {{ ref('int_scope__adjustments') }} as a
    cross join run
    where a.posted_on <= run.as_of
),

movements as (
    select
        concat('charge:', charge_id) as event_id,
        posted_on as event_date,
        'charge' as kind,
        charge_amount as amount,
        charge_id,
        visit_id,
        cast(null as string) as patient_id,
        cast(null as string) as remittance_line_id,
        source_file
    from charges
    union all
    select
        concat('void:', charge_id) as event_id,
        voided_on as event_date,
        'void' as kind,
        -charge_amount as amount,
        charge_id,
        visit_id,
        cast(null as string) as patient_id,
        cast(null as string) as remittance_line_id,
        source_file
    from charges
    where is_voided
    union all
    select
        concat('paid:', remittance_line_id) as event_id,
        payment_date as event_date,
        case when is_reversal then 'reversal' else 'payer_payment' end as kind,
        -paid_amount as amount,
        charge_id,
        cast(null as string) as visit_id,
        cast(null as string) as patient_id,
        remittance_line_id,
        source_file
    from lines
    union all
    select
        concat('contractual:', remittance_line_id) as event_id,
        payment_date as event_date,
        case when is_reversal then 'reversal' else 'contractual' end as kind,
        -contractual_amount as amount,
        charge_id,
        cast(null as string) as visit_id,
        cast(null as string) as patient_id,
        remittance_line_id,
        source_file
    from lines
    union all
    select
        concat('patient:', patient_payment_id) as event_id,
        paid_on as event_date,
        'patient_payment' as kind,
        -amount as amount,
        cast(null as string) as charge_id,
        visit_id,
        patient_id,
        cast(null as string) as remittance_line_id,
        source_file
    from patient_payments
    union all
    select
        concat('refund:', patient_payment_id) as event_id,
        refunded_on as event_date,
        'refund' as kind,
        amount,
        cast(null as string) as charge_id,
        visit_id,
        patient_id,
        cast(null as string) as remittance_line_id,
        source_file
    from patient_payments
    where refunded_on <= as_of
    union all
    select
        concat('adjustment:', adjustment_id) as event_id,
        posted_on as event_date,
        'adjustment' as kind,
        -amount as amount,
        charge_id,
        cast(null as string) as visit_id,
        cast(null as string) as patient_id,
        cast(null as string) as remittance_line_id,
        source_file
    from adjustments
),

charge_visits as (select charge_id, visit_id from {{ ref('int_scope__charges') }}),

visits as (select * from {{ ref('int_visits__visits') }})

select
    m.event_id,
    m.event_date,
    m.kind,
    cast(m.amount as decimal(18, 2)) as amount,
    m.charge_id,
    coalesce(m.visit_id, c.visit_id) as visit_id,
    coalesce(v.patient_id, m.patient_id) as patient_id,
    v.payer_id,
    v.clinic_id,
    v.provider_id,
    m.remittance_line_id,
    m.source_file
from movements as m
left join charge_visits as c on m.charge_id = c.charge_id
left join visits as v on coalesce(m.visit_id, c.visit_id) = v.visit_id
where m.amount <> 0
