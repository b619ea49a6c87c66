-- A slice of metrics.denial_trend lacks a root cause, or its denominator is not the lines that
-- denial_rate counts: shares per root cause do not compare; the data engineer acts.
{{ config(meta={'dagster': {'ref': {'name': 'denial_trend'}}}) }}
with

trends as (
    select
        month,
        payer_id,
        clinic_id,
        provider_id,
        count(*) as causes,
        min(denominator) as smallest,
        max(denominator) as largest
    from {{ ref('denial_trend') }}
    group by month, payer_id, clinic_id, provider_id
),

rates as (select * from {{ ref('denial_rate') }} where adjudicated_lines > 0),

all_causes as (select count(distinct root_cause) as causes from {{ ref('denial_trend') }})

select coalesce(t.month, r.month) as month
from trends as t
full outer join rates as r
    on
        t.month = r.month
        and t.payer_id is not distinct from r.payer_id
        and t.clinic_id is not distinct from r.clinic_id
        and t.provider_id is not distinct from r.provider_id
cross join all_causes as a
where
    a.causes > 0
    and (
        t.month is null
        or r.month is null
        or t.causes <> a.causes
        or t.smallest <> r.adjudicated_lines
        or t.largest <> r.adjudicated_lines
    )
