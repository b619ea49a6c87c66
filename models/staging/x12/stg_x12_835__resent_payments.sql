-- One row per remittance that another interchange (ISA13) brought before: the same trace number,
-- payer, payment date and amount. Both count, since only a person can tell a repeated file from a
-- repeated payment.
with

payments as (select * from {{ ref('stg_x12_835__payments') }} where trace_number is not null),

compared as (
    select
        *,
        first_value(transaction_set_id) over same_payment as first_transaction_set_id,
        first_value(isa13) over same_payment as first_isa13,
        first_value(source_file) over same_payment as first_source_file
    from payments
    window same_payment as (
        partition by trace_number, edi_payer_id, payment_date, payment_amount
        order by set_order
    )
)

select
    transaction_set_id,
    first_transaction_set_id,
    edi_payer_id,
    trace_number,
    payment_date,
    payment_amount,
    source_file,
    first_source_file
from compared
where isa13 is distinct from first_isa13
