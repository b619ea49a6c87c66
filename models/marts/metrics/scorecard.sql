-- One row per metric, month and scope (practice, payer, clinic, provider): the value beside the
-- month before, the trailing twelve months and the target. Every scope sums to the practice.
{% set metrics = [
    'authorization_approval_rate', 'authorization_coverage_rate', 'cancellation_rate', 'charge_lag',
    'clean_claim_rate', 'code_alignment_rate', 'days_in_ar', 'days_to_payment', 'denial_rate',
    'documentation_timeliness', 'first_pass_payment_rate', 'modifier_accuracy_rate',
    'net_collection_rate', 'no_show_rate', 'reimbursement_per_visit', 'reimbursement_rate',
    'underpayment_rate', 'unit_accuracy_rate', 'units_per_visit', 'visits_billed_rate'
] %}
with

slices as (
    {% for metric in metrics %}
    select
        '{{ metric }}' as metric_id,
        month,
        payer_id,
        clinic_id,
        provider_id,
        cast(numerator as decimal(28, 10)) as numerator,
        cast(denominator as decimal(28, 10)) as denominator,
        is_mature
    from {{ ref(metric) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

scoped as (
    {% for scope in ['practice', 'payer', 'clinic', 'provider'] %}
    select
        metric_id,
        month,
        '{{ scope }}' as scope,
        {{ 'cast(null as string)' if scope == 'practice' else scope ~ '_id' }} as scope_id,
        cast(sum(numerator) as decimal(28, 10)) as numerator,
        cast(sum(denominator) as decimal(28, 10)) as denominator,
        bool_and(is_mature) as is_mature
    from slices
    group by 1, 2, 3, 4
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

catalog as (select * from {{ ref('catalog') }}),

medians as (
    select
        *,
        'days_to_payment' as metric_id
    from {{ ref('days_to_payment_median') }}
),

trends as (
    select
        s.*,
        c.higher_is_better,
        c.target,
        {{ rate('s.numerator', 's.denominator') }} as value,
        {{ month_number('s.month') }} as month_number,
        case
            -- A balance of one month end is no part of another's.
            when s.metric_id <> 'days_in_ar'
                then
                    {{ rate(
                        'sum(s.numerator) over twelve_months', 'sum(s.denominator) over twelve_months'
                    ) }}
        end as trailing_12_value
    from scoped as s
    inner join catalog as c on s.metric_id = c.metric_id
    window twelve_months as (
        partition by s.metric_id, s.scope, s.scope_id order by {{ month_number('s.month') }}
        range between 11 preceding and current row
    )
),

compared as (
    select
        *,
        case
            when lag(month_number) over months = month_number - 1 then lag(value) over months
        end as previous_value
    from trends
    window months as (partition by metric_id, scope, scope_id order by month)
)

select
    s.metric_id,
    s.month,
    s.scope,
    s.scope_id,
    s.numerator,
    s.denominator,
    s.value,
    s.previous_value,
    s.trailing_12_value,
    m.median,
    s.target,
    case
        when s.denominator < 20 then 'too_few'
        when s.target is null then 'no_target'
        when s.higher_is_better and s.value >= s.target then 'met'
        when not s.higher_is_better and s.value <= s.target then 'met'
        else 'missed'
    end as status,
    s.is_mature
from compared as s
left join medians as m
    on
        s.metric_id = m.metric_id
        and s.month = m.month
        and s.scope = m.scope
        and s.scope_id is not distinct from m.scope_id
