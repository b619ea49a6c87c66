-- One row per plain total, month and scope (practice, payer, clinic, provider): what the warehouse
-- says, to be held against a report. The receivable is that of the month's end, or of as_of.
with

items as (select * from {{ ref('int_reports__items') }}),

months as (select distinct month from items),

monthly as (
    select
        metric_id,
        month,
        scope,
        scope_id,
        sum(amount) as amount
    from items
    where is_counted
    group by 1, 2, 3, 4
)

select
    i.metric_id,
    m.month,
    i.scope,
    i.scope_id,
    cast(sum(i.amount) as decimal(18, 2)) as total
from monthly as i
inner join months as m on i.month = m.month or (i.metric_id = 'receivable' and i.month < m.month)
group by 1, 2, 3, 4
