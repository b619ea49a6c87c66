-- One payment for each posting of a patient's money. What payers paid is read from the remittances.
select
    d.row_number,
    concat_ws('-', d.pid, d.encounter, d.sequence_no) as patient_payment_id,
    d.pid as patient_id,
    case when d.encounter <> '0' then d.encounter end as visit_id,
    d.pay_amount as amount,
    coalesce(s.deposit_date, s.check_date, left(d.post_time, 10)) as paid_on,
    s.payment_method as method,
    case
        when d.deleted is not null then 'A posting that was deleted.'
        when d.payer_type is distinct from '0' then 'Not of the patient: payers are read from remittances.'
        when coalesce(try_cast(d.pay_amount as decimal(18, 2)), 0) = 0 then 'No payment.'
    end as left_out
from delivered as d
left join ar_session as s on d.session_id = s.session_id
