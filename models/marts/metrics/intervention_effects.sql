-- One row per intervention: its metric in its scope in the 90 days before and after, whether the difference
-- is more than chance, and a plain verdict. What else changed meanwhile no test can tell.
{#- Fewer things counted than this say nothing, as on the scorecard; nor do fewer days after the start. -#}
{%- set fewest = 20 %}
{%- set fewest_days = 30 %}
{%- set grounds = {
    'unknown': ('unknown_metric', 'No metric has this id.'),
    'balance': ('not_measurable', 'A balance at month end has no events to count before and after.'),
    'by_cause': ('not_measurable', 'It is counted by root cause: name denial_rate.'),
    'few_days': ('too_early', 'Fewer than 30 of the 90 days after the start are over and mature.'),
    'few_yet': ('too_early', 'Fewer than 20 things are counted after the start so far.'),
    'few_before': ('no_evidence', 'Fewer than 20 things were counted in the 90 days before the start.'),
    'few_after': ('no_evidence', 'Fewer than 20 things were counted in the 90 days after the start.'),
    'no_value': ('no_evidence', 'One of the windows has a denominator of 0.'),
    'chance': ('no_evidence', 'Not more than chance may bring; a real effect may be too small for what was counted.'),
    'improved': ('better', 'The metric improved by more than chance alone explains.'),
    'worsened': ('worse', 'The metric worsened by more than chance alone explains.')
} %}
with

windows as (select * from {{ ref('int_effects__windows') }}),

catalog as (select * from {{ ref('catalog') }}),

rates as (
    select
        w.*,
        c.higher_is_better,
        c.metric_id is not null as is_known_metric,
        w.before_observations >= {{ fewest }} and w.after_observations >= {{ fewest }} as is_testable,
        {{ rate('w.before_numerator', 'w.before_denominator') }} as before_value,
        {{ rate('w.after_numerator', 'w.after_denominator') }} as after_value,
        {{ rate('w.before_numerator + w.after_numerator', 'w.before_denominator + w.after_denominator') }}
            as pooled_value
    from windows as w
    left join catalog as c on w.metric_id = c.metric_id
),

variances as (
    select
        *,
        after_value - before_value as difference
        {%- for period in ['before', 'after'] %},
        case
            when not is_testable then null
            when test = 'two_proportion'
                then {{ period }}_value * (1 - {{ period }}_value) / {{ period }}_observations
            else
                {{ ratio_variance(
                    period ~ '_value', period ~ '_observations', period ~ '_denominator',
                    period ~ '_yy', period ~ '_xy', period ~ '_xx'
                ) }}
        end as {{ period }}_variance,
        -- Within a share's own limits the interval of the difference holds for rare events too (Newcombe).
        case when is_testable and test = 'two_proportion'
            then {{ share_limit(period ~ '_value', period ~ '_observations', '-') }}
        end as {{ period }}_low,
        case when is_testable and test = 'two_proportion'
            then {{ share_limit(period ~ '_value', period ~ '_observations', '+') }}
        end as {{ period }}_high
        {%- endfor %}
    from rates
),

statistics as (
    select
        *,
        sqrt(before_variance + after_variance) as standard_error,
        case when is_testable and test = 'welch'
            then
                power(before_variance + after_variance, 2) / nullif(
                    power(before_variance, 2) / (before_observations - 1)
                    + power(after_variance, 2) / (after_observations - 1), 0
                )
        end as degrees_of_freedom,
        -- Without an effect both windows have one rate, hence one variance for the test of shares.
        difference / nullif(
            case
                when not is_testable then null
                when test = 'two_proportion'
                    then
                        sqrt(
                            pooled_value * (1 - pooled_value)
                            * (1 / before_observations + 1 / after_observations)
                        )
                else sqrt(before_variance + after_variance)
            end, 0
        ) as statistic
    from variances
),

intervals as (
    select
        *,
        case
            when test = 'two_proportion'
                then
                    difference
                    - sqrt(power(after_value - after_low, 2) + power(before_high - before_value, 2))
            else
                difference - standard_error
                * coalesce({{ student_limit('degrees_of_freedom') }}, {{ normal_limit() }})
        end as confidence_low,
        case
            when test = 'two_proportion'
                then
                    difference
                    + sqrt(power(after_high - after_value, 2) + power(before_value - before_low, 2))
            else
                difference + standard_error
                * coalesce({{ student_limit('degrees_of_freedom') }}, {{ normal_limit() }})
        end as confidence_high,
        case
            when test = 'two_proportion' then statistic
            else {{ student_as_normal('statistic', 'degrees_of_freedom') }}
        end as normal_statistic
    from statistics
),

chances as (
    select
        *,
        {{ two_sided_p('normal_statistic') }} as p_value
    from intervals
),

grounds as (
    select
        *,
        case
            when not is_known_metric then 'unknown'
            when metric_id = 'days_in_ar' then 'balance'
            when metric_id = 'denial_trend' then 'by_cause'
            when after_days < {{ fewest_days }} then 'few_days'
            when before_observations < {{ fewest }} then 'few_before'
            when after_observations < {{ fewest }} and after_days < 90 then 'few_yet'
            when after_observations < {{ fewest }} then 'few_after'
            when difference is null then 'no_value'
            -- Near the border the test and the interval may disagree: then there is no evidence.
            when (confidence_low <= 0 and confidence_high >= 0) or p_value >= 0.05 then 'chance'
            when (difference > 0) = higher_is_better then 'improved'
            else 'worsened'
        end as ground
    from chances
)

select
    intervention_id,
    metric_id,
    payer_id,
    clinic_id,
    provider_id,
    description,
    case ground
        {%- for name, told in grounds.items() %}
        when '{{ name }}' then '{{ told[0] }}'
        {%- endfor %}
    end as verdict,
    case ground
        {%- for name, told in grounds.items() %}
        when '{{ name }}' then '{{ told[1] }}'
        {%- endfor %}
    end as reason,
    test,
    started_on,
    before_from,
    before_to,
    after_from,
    after_to,
    measured_until,
    cast(after_days as integer) as after_days,
    before_observations,
    before_numerator,
    before_denominator,
    before_value,
    after_observations,
    after_numerator,
    after_denominator,
    after_value,
    difference,
    standard_error,
    confidence_low,
    confidence_high,
    statistic,
    degrees_of_freedom,
    p_value,
    is_known_metric and after_days = 90 as is_final,
    has_overlapping_intervention
from grounds
