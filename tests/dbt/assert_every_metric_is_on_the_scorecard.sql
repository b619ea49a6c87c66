-- A month of a metric is missing on the scorecard, or sums to something else there: the data
-- engineer adds the metric to models/marts/metrics/scorecard.sql. denial_trend repeats its
-- denominator and is not on it.
{{ config(meta={'dagster': {'ref': {'name': 'scorecard'}}}) }}
{%- set metrics = metric_models() | map(attribute='metric_id') | reject('equalto', 'denial_trend') | list %}
-- depends_on: {{ ref('catalog') }}
with

metrics as (
    {%- for metric in metrics %}
    select
        '{{ metric }}' as metric_id,
        month,
        cast(sum(numerator) as decimal(28, 10)) as numerator,
        cast(sum(denominator) as decimal(28, 10)) as denominator
    from {{ ref('scorecard').include(identifier=false) }}.{{ metric }}
    group by month
    {{ 'union all' if not loop.last }}
    {%- endfor %}
    {%- if not metrics %}
    select null as metric_id, null as month, null as numerator, null as denominator
    {%- endif %}
),

scorecard as (select * from {{ ref('scorecard') }} where scope = 'practice')

select
    coalesce(m.metric_id, s.metric_id) as metric_id,
    coalesce(m.month, s.month) as month
from metrics as m
full outer join scorecard as s on m.metric_id = s.metric_id and m.month = s.month
where
    m.metric_id is null
    or s.metric_id is null
    or m.numerator <> s.numerator
    or m.denominator <> s.denominator
