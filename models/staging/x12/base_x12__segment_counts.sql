-- One row per transaction set that is read and kind of segment that must not be lost: how many
-- stand in its text and how many were found in the loops they belong to. Fewer found means some
-- stand outside these loops, where nobody can say what they speak of.
{{ config(materialized='view') }}
with

bodies as (select * from {{ ref('base_x12__bodies') }}),

found_segments as (
    select set_key, 'CLM' as segment, count(*) as found_count
    from {{ kept_tonight('837__claims') }}
    group by set_key
    union all
    select set_key, 'SV1' as segment, count(*) as found_count
    from {{ kept_tonight('837__lines') }}
    group by set_key
    union all
    select set_key, 'AK2' as segment, count(set_number) as found_count
    from {{ kept_tonight('999__sets') }}
    group by set_key
    union all
    select set_key, 'SVC' as segment, count(*) as found_count
    from {{ kept_tonight('835__lines') }}
    group by set_key
    union all
    -- Each CAS has a first triplet, even where it is empty.
    select set_key, 'CAS' as segment, count(*) as found_count
    from {{ kept_tonight('835__adjustments') }}
    where triplet_number = 1
    group by set_key
),

stated_segments as (
    {% for kind, segment, loop_name in [
        ('837P', 'CLM', 'a subscriber loop (HL 22)'),
        ('837P', 'SV1', 'a line loop (LX), one in each'),
        ('999', 'AK2', 'a group response (AK1)'),
        ('835', 'SVC', 'a claim payment (CLP)'),
        ('835', 'CAS', 'a claim payment (CLP)')
    ] -%}
    select
        set_key,
        '{{ segment }}' as segment,
        '{{ loop_name }}' as loop_name,
        {{ array_length(x12_split('body', x12_trigger(segment))) }} - 1 as stated_count
    from bodies
    where transaction_kind = '{{ kind }}'
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    stated.set_key,
    stated.segment,
    stated.loop_name,
    stated.stated_count,
    cast(coalesce(found.found_count, 0) as bigint) as found_count
from stated_segments as stated
left join found_segments as found
    on stated.set_key = found.set_key and stated.segment = found.segment
