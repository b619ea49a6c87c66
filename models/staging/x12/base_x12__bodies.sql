-- One row per transaction set that is read tonight: of a kind that is used, no test, framed well,
-- the first of its repetitions, and in no night before. The loader put its segments under the same
-- four control characters whatever the file writes; here each stands between \x1c and \x1d\x1c.
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
)

-- An element separator ends each segment, so that one without elements is found by its trigger as
-- well.
select
    sets.transaction_set_id,
    sets.transaction_kind,
    sets.set_key,
    concat(
        {{ x12_literal('\x1c') }},
        {{ x12_join(x12_split('raw.body', x12_literal('\x1c')), x12_literal('\x1d\x1c')) }},
        {{ x12_literal('\x1d') }}
    ) as body
from sets
inner join {{ source('raw', 'x12_transactions') }} as raw
    on sets.file_sha256 = raw.file_sha256 and sets.set_number = raw.set_number
