-- One row per metric: what it means, in words, and what it is held against. Written from the
-- descriptions of the metric models, the one home of each definition.
{% set metrics = metric_models() %}
{% for metric in metrics %}
select
    '{{ metric.metric_id }}' as metric_id,
    {{ sql_text(metric.name) }} as name,
    {{ sql_text(metric.definition) }} as definition,
    {{ sql_text(metric.numerator) }} as numerator,
    {{ sql_text(metric.denominator) }} as denominator,
    {{ sql_text(metric.unit) }} as unit,
    {{ sql_text(metric.date_basis) }} as date_basis,
    {{ metric.higher_is_better | string | lower }} as higher_is_better,
    cast({{ metric.target if metric.target is not none else 'null' }} as double) as target,
    {{ sql_text(metric.target_source) }} as target_source,
    {{ sql_text(metric.caveats) }} as caveats
{{ 'union all' if not loop.last }}
{% endfor %}
