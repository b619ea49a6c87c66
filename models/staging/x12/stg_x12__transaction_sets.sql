-- One row per transaction set (ST to SE) of the loaded X12 files: what became of it, and why.
-- is_used marks those that the other stg_x12 models hold. Sets of kinds the warehouse does not
-- read, and of test interchanges, are staged and not used.
with

sets as (select * from {{ ref('base_x12__transaction_sets') }}),

read_sets as (select * from {{ ref('kept_x12__sets') }}),

-- What repeats a quarantined set is as wrong as that set.
judged as (
    select
        sets.*,
        read_sets.set_key,
        coalesce(sets.envelope_error, read_sets.content_error) as quarantine_reason
    from sets
    left join read_sets on sets.first_set_id = read_sets.transaction_set_id
)

select
    transaction_set_id,
    interchange_id,
    group_id,
    first_set_id,
    transaction_kind,
    {{ x12_control_number('isa13') }} as isa13,
    {{ x12_control_number('gs06') }} as gs06,
    st01,
    st02,
    interchange_date,
    group_date,
    case
        when quarantine_reason is not null then 'quarantined'
        when first_set_id <> transaction_set_id then 'superseded'
        else 'staged'
    end as set_status,
    quarantine_reason,
    is_test,
    coalesce(first_set_id = transaction_set_id and quarantine_reason is null, false) as is_used,
    set_key,
    set_order,
    source_file,
    file_sha256,
    set_number
from judged
