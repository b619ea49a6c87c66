-- The rows read from a mapped file are not the lines that the mapping took of it: lines appear or
-- vanish between what was delivered and raw; the data engineer acts.
{{ config(meta={'dagster': {'ref': {'name': 'stg_load__files'}}}) }}
with

taken as (
    select
        sha256,
        extract,
        sum(case when outcome = 'taken' then row_count else 0 end) as row_count
    from {{ source('raw', 'mapped_rows') }}
    group by sha256, extract
)

select
    f.file,
    f.rows_read,
    taken.row_count
from {{ ref('stg_load__files') }} as f
inner join taken on f.sha256 = taken.sha256 and f.extract = taken.extract
where f.status = 'loaded' and f.rows_read <> taken.row_count
