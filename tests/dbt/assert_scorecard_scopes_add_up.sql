-- A metric's payers, clinics or providers do not sum to the practice: the data engineer looks for
-- slices that the scorecard lost or counted twice.
{{ config(meta={'dagster': {'ref': {'name': 'scorecard'}}}) }}
with

scorecard as (select * from {{ ref('scorecard') }}),

totals as (
    select
        metric_id,
        month,
        numerator,
        denominator
    from scorecard
    where scope = 'practice'
),

scopes as (
    select
        metric_id,
        month,
        scope,
        sum(numerator) as numerator,
        sum(denominator) as denominator
    from scorecard
    where scope <> 'practice'
    group by metric_id, month, scope
),

expected as (
    select
        t.*,
        n.scope
    from totals as t
    cross join (select distinct scope from scopes) as n
)

select
    coalesce(e.metric_id, s.metric_id) as metric_id,
    coalesce(e.month, s.month) as month,
    coalesce(e.scope, s.scope) as scope
from expected as e
full outer join scopes as s
    on e.metric_id = s.metric_id and e.month = s.month and e.scope = s.scope
where
    e.metric_id is null
    or s.metric_id is null
    or e.numerator <> s.numerator
    or e.denominator <> s.denominator
