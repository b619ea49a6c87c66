-- One row per scope, day and cause of what a plain total counts or a practice's own system may count:
-- the items of work and money, once for each scope they are part of. Our totals and what explains a
-- report both sum it. Without days: what every report counts as we do.
{{ config(schema='intermediate') }}
with

work as (select * from {{ ref('int_reports__work_items') }}),

money as (select * from {{ ref('int_reports__money_items') }}),

items as (
    select * from work
    union all
    select * from money
)

{% for scope in ['practice', 'payer', 'clinic', 'provider'] %}
select
    metric_id,
    month,
    '{{ scope }}' as scope,
    {{ 'cast(null as string)' if scope == 'practice' else scope ~ '_id' }} as scope_id,
    cause,
    known_on,
    ended_on,
    signed_on,
    is_counted,
    cast(sum(amount) as decimal(18, 2)) as amount,
    cast(sum(items) as bigint) as items
from items
group by 1, 2, 3, 4, 5, 6, 7, 8, 9
{{ 'union all' if not loop.last }}
{% endfor %}
