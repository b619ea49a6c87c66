-- One row per transaction set that is read and kind of segment that must not be lost: how many
-- stand in its text and how many were found in the loops they belong to. Fewer found means some
-- stand outside these loops, where nobody can say what they speak of.
with

bodies as (select * from {{ ref('base_x12__bodies') }}),

found_segments as (
    select transaction_set_id, 'CLM' as segment, count(*) as found_count
    from {{ ref('base_x12_837__claims') }}
    group by transaction_set_id
    union all
    select transaction_set_id, 'SV1' as segment, count(*) as found_count
    from {{ ref('base_x12_837__lines') }}
    group by transaction_set_id
    union all
    select transaction_set_id, 'AK2' as segment, count(set_number) as found_count
    from {{ ref('base_x12_999__sets') }}
    group by transaction_set_id
    union all
    select transaction_set_id, 'SVC' as segment, count(*) as found_count
    from {{ ref('base_x12_835__lines') }}
    group by transaction_set_id
    union all
    select transaction_set_id, 'CAS' as segment, sum(segments) as found_count
    from (
        select transaction_set_id, len(adjustment_texts) as segments
        from {{ ref('base_x12_835__claims') }}
        union all
        select transaction_set_id, len(adjustment_texts) as segments
        from {{ ref('base_x12_835__lines') }}
    )
    group by transaction_set_id
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
        transaction_set_id,
        '{{ segment }}' as segment,
        '{{ loop_name }}' as loop_name,
        len(string_split(body, {{ x12_trigger(segment) }})) - 1 as stated_count
    from bodies
    where transaction_kind = '{{ kind }}'
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    stated.transaction_set_id,
    stated.segment,
    stated.loop_name,
    stated.stated_count,
    cast(coalesce(found.found_count, 0) as bigint) as found_count
from stated_segments as stated
left join found_segments as found
    on stated.transaction_set_id = found.transaction_set_id and stated.segment = found.segment
