-- One row per month end and slice: the receivable, and the average daily charges of the 90 days
-- until then. A balance: never summed over months.
with

balances as (select * from {{ ref('fct_receivable_month_end') }}),

bounds as (
    select min(month) as first_month from balances
)

select
    b.month,
    b.payer_id,
    b.clinic_id,
    b.provider_id,
    b.receivable_amount as numerator,
    b.daily_charge_amount as denominator,
    {{ rate('b.receivable_amount', 'b.daily_charge_amount') }} as value,
    {{ month_number('b.month') }} - {{ month_number('bounds.first_month') }} > 2 as is_mature
from balances as b
cross join bounds
where b.receivable_amount <> 0 or b.daily_charge_amount <> 0
