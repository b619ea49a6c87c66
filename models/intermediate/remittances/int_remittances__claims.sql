-- One row per claim payment (835 CLP) dated on or before as_of: the claim it answers, the payer
-- sequence it answers for, and its place in that claim's history. is_known_claim is false where no
-- submission carries the number: such money is in no metric, and quality.reconciliation names it.
with

run as (select * from {{ ref('stg_load__run') }}),

submissions as (select * from {{ ref('int_claims__submissions') }}),

claim_numbers as (select * from {{ ref('int_claims__claim_numbers') }}),

-- What to believe where the status code does not say whose turn it was.
payer_turns as (
    select
        claim_id,
        edi_payer_id,
        payer_sequence
    from submissions
    where edi_payer_id is not null
    qualify row_number() over (partition by claim_id, edi_payer_id order by submission_order) = 1
),

sequenced as (
    select
        c.remittance_claim_id,
        coalesce(n.claim_id, c.claim_id) as claim_id,
        c.claim_id as remitted_claim_id,
        case
            when c.status_code in ('1', '19') then 'P'
            when c.status_code in ('2', '20') then 'S'
            when c.status_code in ('3', '21') then 'T'
            else coalesce(t.payer_sequence, 'P')
        end as payer_sequence,
        c.transaction_set_id,
        c.clp_number,
        c.status_code,
        c.payer_control_number,
        c.edi_payer_id,
        c.payment_date,
        c.service_date,
        c.charge_amount,
        c.paid_amount,
        c.interest_amount,
        c.line_count,
        c.set_order,
        n.claim_id is not null as is_known_claim,
        coalesce(c.status_code = '22', false) as is_reversal,
        coalesce(c.status_code not in ('22', '23', '25'), true) as can_stand,
        c.source_file
    from {{ ref('int_scope__remittances') }} as c
    cross join run
    left join claim_numbers as n on c.claim_id = n.submitted_claim_id
    left join payer_turns as t on n.claim_id = t.claim_id and c.edi_payer_id = t.edi_payer_id
    where c.payment_date <= run.as_of
)

select
    *,
    row_number() over (
        partition by claim_id, payer_sequence
        order by payment_date, set_order, clp_number
    ) as adjudication_number
from sequenced
