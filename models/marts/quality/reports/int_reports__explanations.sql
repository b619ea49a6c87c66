-- One row per reported plain total of a month that the warehouse knows: the difference, and the causes
-- that explain it. They do so only when their amounts sum to the difference to the cent; of several
-- sets the smallest, then the first by name.
{{ config(schema='intermediate') }}
with recursive

totals as (select * from {{ ref('int_reports__totals') }}),

months as (select distinct month from totals),

differences as (
    select
        r.reported_total_id,
        -- A payer, clinic or provider without anything in a month that we know has nothing there.
        cast(coalesce(t.total, 0) as decimal(18, 6)) as our_value,
        cast(coalesce(t.total, 0) - r.reported_value as decimal(18, 6)) as difference
    from {{ ref('int_reports__reported_totals') }} as r
    inner join months as m on r.month = m.month
    left join totals as t
        on
            r.metric_id = t.metric_id
            and r.month = t.month
            and r.scope = t.scope
            and r.scope_id is not distinct from t.scope_id
    where
        r.metric_id in (select metric_id from {{ ref('stg_reference__report_causes') }})
        and (r.scope <> 'practice' or r.scope_id is null)
),

causes as (select * from {{ ref('int_reports__causes') }} where amount <> 0),

cause_sets as (
    select
        reported_total_id,
        cause as last_cause,
        cause as causes,
        1 as cause_count,
        cast(amount as decimal(28, 2)) as amount
    from causes
    union all
    select
        s.reported_total_id,
        c.cause as last_cause,
        concat(s.causes, ', ', c.cause) as causes,
        s.cause_count + 1 as cause_count,
        cast(s.amount + c.amount as decimal(28, 2)) as amount
    from cause_sets as s
    inner join causes as c on s.reported_total_id = c.reported_total_id and s.last_cause < c.cause
),

explained as (
    select
        d.reported_total_id,
        s.causes
    from differences as d
    inner join cause_sets as s on d.reported_total_id = s.reported_total_id and d.difference = s.amount
    where d.difference <> 0
    qualify row_number() over (
        partition by d.reported_total_id order by s.cause_count, s.causes
    ) = 1
)

select
    d.reported_total_id,
    d.our_value,
    d.difference,
    e.causes as explained_by
from differences as d
left join explained as e on d.reported_total_id = e.reported_total_id
