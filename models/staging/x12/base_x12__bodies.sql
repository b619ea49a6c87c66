-- One row per transaction set that is read tonight: of a kind that is used, no test, framed well,
-- the first of its repetitions, and in no night before. Its segments stand under the same four
-- control characters whatever the file writes, each segment between \x1c and \x1d\x1c, so that
-- what reads them knows no delimiters.
{%- set known = sets_read_before() %}
with

sets as (
    select
        transaction_set_id,
        transaction_kind,
        file_sha256,
        set_number,
        row_number() over (order by set_order)
        {%- if known %} + (select coalesce(max(set_key), 0) from {{ known }}){% endif %} as set_key
    from {{ ref('base_x12__transaction_sets') }}
    where first_set_id = transaction_set_id
    {%- if known %}
        and transaction_set_id not in (select transaction_set_id from {{ known }})
    {%- endif %}
),

texts as (
    select
        sets.transaction_set_id,
        sets.transaction_kind,
        sets.set_key,
        -- Of equal characters the first is taken: a control character that is no delimiter of
        -- this file is data, and becomes a blank.
        translate(
            raw.body,
            concat(
                raw.segment_terminator,
                raw.element_separator,
                raw.component_separator,
                coalesce(raw.repetition_separator, raw.component_separator),
                E'\x1c\x1d\x1e\x1f'
            ),
            E'\x1c\x1d\x1f\x1e    '
        ) as segments
    from sets
    inner join {{ source('raw', 'x12_transactions') }} as raw
        on sets.file_sha256 = raw.file_sha256 and sets.set_number = raw.set_number
)

-- An element separator ends each segment, so that one without elements is found by its trigger as
-- well.
select
    transaction_set_id,
    transaction_kind,
    set_key,
    concat(E'\x1c', replace(segments, E'\x1c', E'\x1d\x1c'), E'\x1d') as body
from texts
