-- A table of the denial analysis counts other lines or dollars than metrics.denial_trend, or its shares
-- do not end at 1: one question has two answers. The data engineer acts.
{{ config(meta={'dagster': {'ref': {'name': 'denial_pareto'}}}) }}
with

run as (select * from {{ ref('stg_load__run') }}),

trend as (
    select
        t.*,
        {{ month_number('t.month') }} > {{ month_number('run.as_of') }} - 12 as is_in_pareto
    from {{ ref('denial_trend') }} as t
    cross join run
    where t.numerator > 0
),

scopes as (
    {% for scope in ['practice', 'payer', 'clinic', 'provider'] %}
    select '{{ scope }}' as scope {{ 'union all' if not loop.last }}
    {% endfor %}
),

paretos as (
    select
        scope,
        root_cause,
        sum(denied_lines) as denied_lines,
        sum(denied_charges) as denied_charges
    from {{ ref('denial_pareto') }}
    group by scope, root_cause
),

causes as (
    select
        s.scope,
        t.root_cause,
        sum(t.numerator) as denied_lines,
        sum(t.denied_charges) as denied_charges
    from trend as t
    cross join scopes as s
    where t.is_in_pareto
    group by s.scope, t.root_cause
),

recoveries as (
    select
        month,
        root_cause,
        sum(denied_lines) as denied_lines
    from {{ ref('denial_recovery') }}
    group by month, root_cause
),

months as (
    select
        month,
        root_cause,
        sum(numerator) as denied_lines
    from trend
    group by month, root_cause
)

select coalesce(p.root_cause, c.root_cause) as root_cause
from paretos as p
full outer join causes as c on p.scope = c.scope and p.root_cause = c.root_cause
where
    p.denied_lines is distinct from c.denied_lines
    or p.denied_charges is distinct from c.denied_charges
union all
select coalesce(r.root_cause, m.root_cause) as root_cause
from recoveries as r
full outer join months as m on r.month = m.month and r.root_cause = m.root_cause
where r.denied_lines is distinct from m.denied_lines
union all
select max(root_cause) as root_cause
from {{ ref('denial_pareto') }}
group by scope, scope_id
having
    max(lines_cumulative_share) <> 1
    or max(charges_cumulative_share) <> 1
    or abs(sum(lines_share) - 1) > 0.000000001
    or abs(sum(charges_share) - 1) > 0.000000001
