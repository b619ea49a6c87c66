-- One row per total that a report of the practice's own system shows, with the day the report speaks
-- for: that of the extract. What came about later the report could not know.
{{ config(schema='intermediate') }}
with

totals as (select * from {{ ref('stg_practice__reported_totals') }}),

files as (select * from {{ ref('stg_load__files') }})

select
    concat_ws('|', t.metric_id, t.month, t.scope, coalesce(t.scope_id, ''), t.report) as reported_total_id,
    t.report,
    t.metric_id,
    t.month,
    t.scope,
    t.scope_id,
    f.extract_date as reported_on,
    t.value as reported_value
from totals as t
inner join files as f on t.source_file = f.file
