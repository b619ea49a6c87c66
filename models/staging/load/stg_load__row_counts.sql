-- One row per loaded file: what became of the rows that were read from it, as things stand now.
-- Staged, superseded and quarantined always sum to the rows read.
with

files as (select * from {{ ref('stg_load__files') }} where status in ('loaded', 'not_used')),

statuses as (
    {% for extract in practice_extracts() -%}
    select source_file as file, row_status, count(*) as row_count
    from {{ ref('base_practice__' ~ extract) }}
    group by source_file, row_status
    union all
    {% endfor -%}
    select files.file, 'quarantined' as row_status, count(*) as row_count
    from {{ source('raw', 'quarantined_rows') }} as unreadable
    inner join files on unreadable.file_sha256 = files.sha256 and unreadable.extract = files.extract
    group by files.file
    union all
    select source_file as file, set_status as row_status, count(*) as row_count
    from {{ ref('stg_x12__transaction_sets') }}
    group by source_file, set_status
)

select
    files.file,
    files.rows_read,
    {% for row_status in ['staged', 'superseded', 'quarantined'] -%}
    cast(
        coalesce(sum(case when statuses.row_status = '{{ row_status }}' then statuses.row_count end), 0)
        as bigint
    ) as rows_{{ row_status }}{{ ',' if not loop.last }}
    {% endfor %}
from files
left join statuses on files.file = statuses.file
group by files.file, files.rows_read
