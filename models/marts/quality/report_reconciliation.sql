-- One row per total that a report of the practice's own system shows: theirs, ours, the difference,
-- and how much of it known causes explain. Rates are compared and not explained: compare the plain
-- totals behind them.
with

reported as (select * from {{ ref('int_reports__reported_totals') }}),

explanations as (select * from {{ ref('int_reports__explanations') }}),

scorecard as (select * from {{ ref('scorecard') }}),

catalog as (select * from {{ ref('catalog') }}),

applied as (
    select
        report,
        metric_id,
        month,
        scope,
        scope_id,
        sum(case when is_applied then amount else 0 end) as amount
    from {{ ref('report_reconciliation_causes') }}
    group by 1, 2, 3, 4, 5
),

compared as (
    select
        r.*,
        e.explained_by,
        cast(coalesce(e.our_value, s.value) as decimal(18, 6)) as our_value,
        coalesce(e.difference, cast(s.value as decimal(18, 6)) - r.reported_value) as difference,
        -- Reports round: a rate agrees to half of what a reader would call a difference.
        case
            when c.unit = 'ratio' then 0.0005
            when c.unit = 'US dollars' then 0.005
            when c.unit in ('days', 'units') then 0.05
            else 0
        end as tolerance
    from reported as r
    left join explanations as e on r.reported_total_id = e.reported_total_id
    left join scorecard as s
        on
            r.metric_id = s.metric_id
            and r.month = s.month
            and r.scope = s.scope
            and r.scope_id is not distinct from s.scope_id
    left join catalog as c on r.metric_id = c.metric_id
)

select
    c.report,
    c.metric_id,
    c.month,
    c.scope,
    c.scope_id,
    c.reported_on,
    c.reported_value,
    c.our_value,
    c.difference,
    case
        when c.difference is null then 'not_comparable'
        when abs(c.difference) <= c.tolerance then 'agrees'
        when c.explained_by is not null then 'explained'
        else 'unexplained'
    end as status,
    c.explained_by,
    cast(case when c.difference is not null then coalesce(a.amount, 0) end as decimal(18, 6))
        as explained_amount,
    cast(c.difference - coalesce(a.amount, 0) as decimal(18, 6)) as unexplained_amount
from compared as c
left join applied as a
    on
        c.report = a.report
        and c.metric_id = a.metric_id
        and c.month = a.month
        and c.scope = a.scope
        and c.scope_id is not distinct from a.scope_id
