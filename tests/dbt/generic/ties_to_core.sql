{#- Months in which a metric, summed over all its slices, is not what the query of its own
    documentation (meta.metric.query) finds in core. The owner of the metric acts: either the query
    or the model is wrong. -#}
{% test ties_to_core(model) %}
{%- set metric = {} -%}
{%- if execute -%}
    {%- set node = graph.nodes.values() | selectattr('name', 'equalto', model.identifier) | first -%}
    {%- set metric = node.config.meta.metric -%}
{%- endif -%}
with

recomputed as (
    {{ documented_query(metric.query or 'select null as month, null as numerator, null as denominator') }}
),

summed as (
    select
        month,
        sum(numerator) as numerator,
        sum(denominator) as denominator
    from {{ model }}
    group by month
)

select coalesce(r.month, s.month) as month
from recomputed as r
full outer join summed as s on r.month = s.month
where
    abs(coalesce(r.numerator, 0) - coalesce(s.numerator, 0)) > 0.000001
    or abs(coalesce(r.denominator, 0) - coalesce(s.denominator, 0)) > 0.000001
{% endtest %}
