-- One row per transaction set (ST to SE) of the loaded X12 files, with its kind, its place in the
-- order of files, and what the envelope alone says of it. What stands in the sets is judged
-- further on.
with

files as (
    select
        sha256,
        file
    from {{ ref('stg_load__files') }}
    where kind = 'x12' and status in ('loaded', 'not_used')
),

releases as (
    select distinct
        sha256,
        number
    from {{ ref('stg_load__releases') }}
    where level = 'transaction set'
),

sets as (
    select
        concat(sets.file_sha256, ':', sets.set_number) as transaction_set_id,
        row_number() over (order by files.file, sets.set_number) as set_order,
        files.file as source_file,
        concat(sets.file_sha256, ':', sets.interchange_number) as interchange_id,
        concat(sets.file_sha256, ':', sets.group_number) as group_id,
        {{ x12_transaction_kind('sets.st01', 'sets.st03', 'sets.gs08') }} as transaction_kind,
        {{ x12_date("concat('20', sets.isa09)") }} as interchange_date,
        {{ x12_date('sets.gs04') }} as group_date,
        upper(trim(sets.isa15)) = 'T' as is_test,
        -- A wrong count or number loses nothing, and a person may say that the set is whole.
        coalesce(
            releases.sha256 is not null
            and sets.frame_error in ('SE01 does not count the segments.', 'ST02 and SE02 differ.'),
            false
        ) as is_released,
        {{ x12_all_but(['body'], of='sets') }}
    from {{ source('raw', 'x12_transactions') }} as sets
    inner join files on sets.file_sha256 = files.sha256
    left join releases
        on sets.file_sha256 = releases.sha256 and sets.set_number = releases.number
),

judged as (
    select
        *,
        case
            when frame_error is not null and not is_released then frame_error
            when is_test or transaction_kind is null then null
            when transaction_kind in ('837P', '999') and group_date is null
                then 'GS04: expected a date CCYYMMDD'
            when transaction_kind = '837P' and interchange_date is null
                then 'ISA09: expected a date YYMMDD'
        end as envelope_error
    from sets
)

-- A file concatenated from others must not pay twice: what repeats an earlier set counts once.
-- Sets that count in nothing themselves make no other set a repeat.
select
    *,
    case
        when transaction_kind is not null and not is_test and envelope_error is null
            then first_value(transaction_set_id) over (
                partition by
                    isa06, isa08, isa13, gs06, body_sha256,
                    transaction_kind is not null and not is_test and envelope_error is null
                order by set_order
            )
    end as first_set_id
from judged
