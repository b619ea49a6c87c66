-- One row per loaded file, level and reason with something that a person released from quarantine: how
-- much, and when last. Of a row the values that cannot be read are empty; of a file or a set the wrong
-- counts and control numbers, or its name, were accepted.
with

files as (select * from {{ ref('stg_load__files') }} where status in ('loaded', 'not_used')),

releases as (select * from {{ ref('stg_load__releases') }})

select
    f.file,
    r.level,
    r.reason,
    cast(count(distinct coalesce(r.number, 0)) as bigint) as released_items,
    cast(max(r.released_at) as date) as last_released_on
from releases as r
inner join files as f on r.kind = f.kind and r.sha256 = f.sha256
group by f.file, r.level, r.reason
