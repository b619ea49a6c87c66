-- One row per reported plain total and known cause that can set it apart from the warehouse's: the
-- amount is what it moves the report's total by to make it ours. Those that are applied sum to
-- explained_amount of report_reconciliation.
with

reported as (select * from {{ ref('int_reports__reported_totals') }}),

causes as (select * from {{ ref('int_reports__causes') }}),

explanations as (select * from {{ ref('int_reports__explanations') }})

select
    r.report,
    r.metric_id,
    r.month,
    r.scope,
    r.scope_id,
    c.cause,
    c.explanation,
    c.items,
    c.amount,
    -- Where no set of causes explains the difference, all of them are taken off it.
    e.difference <> 0
    and (
        e.explained_by is null
        or contains(concat(', ', e.explained_by, ','), concat(', ', c.cause, ','))
    ) as is_applied
from causes as c
inner join reported as r on c.reported_total_id = r.reported_total_id
inner join explanations as e on c.reported_total_id = e.reported_total_id
