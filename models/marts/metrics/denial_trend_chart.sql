-- One row per payer, month and root cause: the share of lines refused beside what this payer's last
-- twelve months lead to expect (p-chart, three standard errors). signal says whether the month
-- stands out.
with

months as (
    select
        payer_id,
        month,
        root_cause,
        cast(sum(numerator) as bigint) as numerator,
        cast(sum(denominator) as bigint) as denominator
    from {{ ref('denial_trend') }}
    group by payer_id, month, root_cause
),

trends as (
    select
        *,
        sum(numerator) over three_months as numerator_3_months,
        sum(denominator) over three_months as denominator_3_months,
        sum(numerator) over twelve_months as numerator_12_months,
        sum(denominator) over twelve_months as denominator_12_months
    from months
    window
        three_months as (
            partition by payer_id, root_cause order by {{ month_number('month') }}
            range between 2 preceding and current row
        ),
        twelve_months as (
            partition by payer_id, root_cause order by {{ month_number('month') }}
            range between 11 preceding and current row
        )
),

rates as (
    select
        payer_id,
        month,
        root_cause,
        numerator,
        denominator,
        {{ rate('numerator', 'denominator') }} as rate,
        {{ rate('numerator_3_months', 'denominator_3_months') }} as rate_trailing_3_months,
        {{ rate('numerator_12_months', 'denominator_12_months') }} as center
    from trends
),

limits as (
    select
        *,
        greatest(center - 3 * sqrt(center * (1 - center) / denominator), 0) as lower,
        least(center + 3 * sqrt(center * (1 - center) / denominator), 1) as upper
    from rates
)

select
    payer_id,
    month,
    root_cause,
    numerator,
    denominator,
    rate,
    rate_trailing_3_months,
    center,
    lower,
    upper,
    case when rate > upper then 'above' when rate < lower then 'below' else 'none' end as signal
from limits
