-- One row per path ever seen in the landing folder and what became of it. Of several names of one
-- content one is loaded, the others are duplicates: X12 under the first path, an extract under the
-- newest date, then the last path.
with

files as (select * from {{ source('raw', 'files') }}),

used_contents as (
    select file_sha256
    from {{ source('raw', 'x12_transactions') }}
    where {{ x12_transaction_kind('st01', 'st03', 'gs08') }} is not null
    union
    select file_sha256
    from {{ source('raw', 'x12_interchanges') }}
    where {{ array_length('ta1') }} > 0
),

named as (
    select
        *,
        first_value(file) over (
            partition by kind, status, sha256
            order by
                case when kind = 'csv' then extract_date end desc nulls last,
                case when kind = 'csv' then file end desc nulls last,
                file
        ) as loaded_file
    from files
),

judged as (
    select
        named.*,
        case
            when named.status <> 'loaded' then 'quarantined'
            when named.file <> named.loaded_file then 'duplicate'
            when named.kind = 'x12' and used_contents.file_sha256 is null then 'not_used'
            else 'loaded'
        end as file_status
    from named
    left join used_contents on named.sha256 = used_contents.file_sha256
)

select
    file,
    sha256,
    kind,
    extract,
    extract_date,
    file_status as status,
    case file_status
        when 'quarantined' then reason
        when 'duplicate' then concat('same content as ', loaded_file)
        when 'not_used' then 'no transaction set of a kind that is used'
    end as reason,
    case when file_status in ('loaded', 'not_used') then rows_read else 0 end as rows_read
from judged
