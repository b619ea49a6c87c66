-- One row: the payer_id of the practice's self-pay payer, null when it has none or several.
select case when count(*) = 1 then min(payer_id) end as self_pay_payer_id
from {{ ref('stg_practice__payers') }}
where payer_type = 'self_pay'
