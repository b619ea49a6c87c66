-- One row per reported plain total and cause that may explain its difference: what the cause moves the
-- report's total by to make it ours. Only the causes that seed report_causes has for the total.
{{ config(schema='intermediate') }}
with

reported as (select * from {{ ref('int_reports__reported_totals') }}),

known_causes as (select * from {{ ref('stg_reference__report_causes') }}),

-- Without days is what no report counts otherwise.
items as (select * from {{ ref('int_reports__items') }} where known_on is not null),

held as (
    select
        r.reported_total_id,
        i.metric_id,
        i.cause,
        i.known_on > r.reported_on as is_late,
        i.ended_on is not null as has_ended,
        coalesce(i.ended_on <= r.reported_on, false) as had_ended,
        coalesce(i.signed_on <= r.reported_on, false) as was_signed,
        i.is_counted,
        case when i.is_counted then i.amount else -i.amount end as amount,
        i.items
    from reported as r
    inner join items as i
        on
            r.metric_id = i.metric_id
            and r.scope = i.scope
            and r.scope_id is not distinct from i.scope_id
            and (r.month = i.month or (r.metric_id = 'receivable' and i.month < r.month))
),

compared as (
    select
        *,
        case
            when is_late then case when is_counted then 'late_postings' end
            when was_signed and (had_ended or not has_ended) then cause
            -- Ended after the report's day: it was counted there.
            when was_signed then case when not is_counted then 'late_postings' end
            -- A charge in the receivable that its void takes back: the void says all.
            when had_ended and cause is null then null
            when is_counted and not had_ended then 'unsigned_notes'
            -- Held back and ended: only a system that does neither shows it.
            else 'unsigned_voids'
        end as known_cause
    from held
)

select
    c.reported_total_id,
    c.known_cause as cause,
    k.explanation,
    cast(sum(c.amount) as decimal(18, 2)) as amount,
    cast(sum(c.items) as bigint) as items
from compared as c
inner join known_causes as k on c.metric_id = k.metric_id and c.known_cause = k.cause
group by 1, 2, 3
