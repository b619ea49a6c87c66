-- One row per transaction set that is read tonight: of a kind that is used, no test, framed well,
-- the first of its repetitions, and in no night before.
{%- set known = sets_read_before() %}
with

sets as (select * from {{ ref('base_x12__transaction_sets') }} where first_set_id = transaction_set_id)

select
    transaction_set_id,
    transaction_kind,
    row_number() over (order by set_order)
    {%- if known %} + (select coalesce(max(set_key), 0) from {{ known }}){% endif %} as set_key,
    file_sha256,
    set_number
from sets
{% if known -%}
where transaction_set_id not in (select transaction_set_id from {{ known }})
{%- endif %}
