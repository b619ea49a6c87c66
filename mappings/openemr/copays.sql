-- Copays that older releases keep on the fee sheet, as negative fees; newer ones post them to ar_activity.
select
    row_number,
    concat('billing-', id) as patient_payment_id,
    pid as patient_id,
    encounter as visit_id,
    cast(-try_cast(fee as decimal(18, 2)) as varchar) as amount,
    left(date, 10) as paid_on,
    case
        when code_type is distinct from 'COPAY' then 'No copay.'
        when activity = '0' then 'A copay that was deleted.'
    end as left_out
from delivered
