-- One row per month of first adjudication and slice: paid lines that the claim's payer has a fee
-- for, and those on which it allowed more than a cent less than that.
with

lines as (
    select
        {{ month_of('payment_date') }} as month,
        payer_id,
        clinic_id,
        provider_id,
        expected_allowed_amount,
        expected_allowed_amount - (charge_amount - fee_reduction_amount) as missing_amount
    from {{ ref('fct_adjudication_line') }}
    where is_first_adjudication and paid_amount > 0 and expected_allowed_amount is not null
),

sums as (
    select
        month,
        payer_id,
        clinic_id,
        provider_id,
        {{ count_where('missing_amount > 0.01') }} as numerator,
        count(*) as denominator,
        {{ amount_where('expected_allowed_amount') }} as expected_allowed,
        {{ amount_where('missing_amount', 'missing_amount > 0.01') }} as underpaid_amount
    from lines
    group by 1, 2, 3, 4
)

select
    month,
    payer_id,
    clinic_id,
    provider_id,
    numerator,
    denominator,
    {{ rate('numerator', 'denominator') }} as value,
    true as is_mature,
    expected_allowed,
    underpaid_amount
from sums
