-- One row per file and reason for which it, or rows of it, are kept out of staging: how many, and
-- which table of the private warehouse shows them. For X12 a row is a transaction set. Reasons
-- hold no values.
with

files as (select * from {{ ref('stg_load__files') }}),

reasons as (
    select file, 'file' as level, reason, 'the landing folder' as look_at
    from files
    where status = 'quarantined'
    union all
    select files.file, 'row' as level, unreadable.reason, 'raw.quarantined_rows' as look_at
    from {{ source('raw', 'quarantined_rows') }} as unreadable
    inner join files on unreadable.file_sha256 = files.sha256 and unreadable.extract = files.extract
    where files.status = 'loaded'
    union all
    {% for extract in practice_extracts() -%}
    select source_file, 'row' as level, rejection_reason, 'staging.base_practice__{{ extract }}' as look_at
    from {{ ref('base_practice__' ~ extract) }}
    where row_status = 'quarantined'
    union all
    {% endfor -%}
    select
        source_file,
        'transaction set' as level,
        quarantine_reason,
        'staging.stg_x12__transaction_sets' as look_at
    from {{ ref('stg_x12__transaction_sets') }}
    where set_status = 'quarantined'
)

select
    file,
    level,
    reason,
    look_at,
    count(*) as rows_quarantined
from reasons
group by file, level, reason, look_at
