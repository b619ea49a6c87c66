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
        raw.body,
        raw.segment_terminator,
        raw.element_separator,
        raw.component_separator,
        coalesce(raw.repetition_separator, raw.component_separator) as repetition_separator
    from sets
    inner join {{ source('raw', 'x12_transactions') }} as raw
        on sets.file_sha256 = raw.file_sha256 and sets.set_number = raw.set_number
),

delimited as (
    select
        *,
        concat(segment_terminator, element_separator, component_separator, repetition_separator)
            as delimiters
    from texts
),

judged as (
    select
        *,
        contains(concat(delimiters, body), {{ x12_literal('\x1c') }})
        or contains(concat(delimiters, body), {{ x12_literal('\x1d') }})
        or contains(concat(delimiters, body), {{ x12_literal('\x1e') }})
        or contains(concat(delimiters, body), {{ x12_literal('\x1f') }}) as has_ours
    from delimited
),

-- Where a set has one of our characters already, all are exchanged at once. Of equal characters the
-- first is taken: a control character that is no delimiter of this file is data, and becomes a
-- blank.
exchanged as (
    select
        transaction_set_id,
        transaction_kind,
        set_key,
        case
            when has_ours
                then translate(
                    body,
                    concat(delimiters, {{ x12_literal('\x1c\x1d\x1e\x1f') }}),
                    {{ x12_literal('\x1c\x1d\x1f\x1e    ') }}
                )
            else body
        end as body,
        case when has_ours then {{ x12_literal('\x1c') }} else segment_terminator end as segment_terminator,
        case when has_ours then {{ x12_literal('\x1d') }} else element_separator end as element_separator,
        case when has_ours then {{ x12_literal('\x1f') }} else component_separator end as component_separator,
        case when has_ours then {{ x12_literal('\x1e') }} else repetition_separator end
            as repetition_separator
    from judged
),

-- Else one after the other by splitting and joining, which takes half the time. An element
-- separator ends each segment, so that one without elements is found by its trigger as well.
segments as (
    select
        transaction_set_id,
        transaction_kind,
        set_key,
        component_separator,
        repetition_separator,
        {{ x12_exchange(
            x12_exchange('body', 'segment_terminator', '\x1d\x1c'), 'element_separator', '\x1d'
        ) }} as segments
    from exchanged
)

select
    transaction_set_id,
    transaction_kind,
    set_key,
    concat(
        {{ x12_literal('\x1c') }},
        {{ x12_exchange(
            x12_exchange('segments', 'component_separator', '\x1f'), 'repetition_separator', '\x1e'
        ) }},
        {{ x12_literal('\x1d') }}
    ) as body
from segments
