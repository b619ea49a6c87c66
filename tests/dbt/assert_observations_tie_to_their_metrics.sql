-- What effects of interventions are measured from is not what a metric counts, in a month of a slice: the
-- data engineer adds or mends the metric in models/marts/metrics/effects/int_effects__observations.sql.
{{ config(meta={'dagster': {'ref': {'name': 'int_effects__observations'}}}) }}
{%- set not_measurable = ['days_in_ar', 'denial_trend'] %}
{%- set metrics = metric_models() | map(attribute='metric_id') | reject('in', not_measurable) | list %}
-- depends_on: {{ ref('scorecard') }}
with

metrics as (
    {%- for metric in metrics %}
    select
        '{{ metric }}' as metric_id,
        month,
        payer_id,
        clinic_id,
        provider_id,
        cast(numerator as decimal(18, 2)) as numerator,
        cast(denominator as decimal(18, 2)) as denominator
    from {{ ref('scorecard').include(identifier=false) }}.{{ metric }}
    where numerator <> 0 or denominator <> 0
    {{ 'union all' if not loop.last }}
    {%- endfor %}
    {%- if not metrics %}
    select
        null as metric_id,
        null as month,
        null as payer_id,
        null as clinic_id,
        null as provider_id,
        null as numerator,
        null as denominator
    {%- endif %}
),

observations as (
    select
        metric_id,
        {{ month_of('event_date') }} as month,
        payer_id,
        clinic_id,
        provider_id,
        sum(numerator) as numerator,
        sum(denominator) as denominator
    from {{ ref('int_effects__observations') }}
    group by 1, 2, 3, 4, 5
    having sum(numerator) <> 0 or sum(denominator) <> 0
)

select
    coalesce(m.metric_id, o.metric_id) as metric_id,
    coalesce(m.month, o.month) as month
from metrics as m
full outer join observations as o
    on
        m.metric_id = o.metric_id
        and m.month = o.month
        and m.payer_id is not distinct from o.payer_id
        and m.clinic_id is not distinct from o.clinic_id
        and m.provider_id is not distinct from o.provider_id
where
    m.metric_id is null
    or o.metric_id is null
    or m.numerator <> o.numerator
    or m.denominator <> o.denominator
