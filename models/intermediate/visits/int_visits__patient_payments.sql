-- One row per visit that patients paid for: payments less refunds, on or before as_of.
with

run as (select * from {{ ref('stg_load__run') }}),

payments as (select * from {{ ref('int_scope__patient_payments') }})

select
    p.visit_id,
    cast(
        sum(p.amount - case when p.refunded_on <= run.as_of then p.amount else 0 end) as decimal(18, 2)
    ) as patient_paid_amount
from payments as p
cross join run
where p.paid_on <= run.as_of and p.visit_id is not null
group by p.visit_id
