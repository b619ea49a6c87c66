-- One row per path ever seen in the landing folder: what it is, what became of it, and of its rows.
-- For X12 a row is a transaction set. Superseded rows grow when a newer file arrives.
with

files as (select * from {{ ref('stg_load__files') }}),

row_counts as (select * from {{ ref('stg_load__row_counts') }})

select
    f.file,
    f.sha256,
    f.kind,
    f.extract,
    f.extract_date,
    f.status,
    f.reason,
    cast(f.rows_read as bigint) as rows_read,
    cast(coalesce(r.rows_staged, 0) as bigint) as rows_staged,
    cast(coalesce(r.rows_superseded, 0) as bigint) as rows_superseded,
    cast(coalesce(r.rows_quarantined, 0) as bigint) as rows_quarantined
from files as f
left join row_counts as r on f.file = r.file
