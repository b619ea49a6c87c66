-- Transaction sets read tonight that are used and whose text holds more (or fewer) segments of a
-- kind than staging: a claim, line, adjustment or status was lost, or counted twice, on the way.
-- The builder of the staging models acts.
{{ config(meta={'dagster': {'ref': {'name': 'stg_x12__transaction_sets'}}}) }}
with

sets as (
    select * from {{ ref('stg_x12__transaction_sets') }}
    where is_used and set_key in (select set_key from {{ ref('base_x12__new_sets') }})
),

texts as (
    select
        sets.set_key,
        sets.transaction_kind,
        {{ x12_split('raw.body', x12_literal('\x1c')) }} as segments
    from sets
    inner join {{ source('raw', 'x12_transactions') }} as raw
        on sets.file_sha256 = raw.file_sha256 and sets.set_number = raw.set_number
),

names as (
    select
        set_key,
        transaction_kind,
        {{ x12_transform('segments', 'segment', x12_element_of('segment', 1)) }} as names
    from texts
),

-- A status counts where it is one of a batch (HL 21) or of a claim (HL PT, before its service lines).
status_segments as (
    select
        set_key,
        {{ x12_rows('segments', 'segment', 'place') }}
    from texts
    where transaction_kind = '277CA'
),

status_names as (
    select
        set_key,
        place,
        {{ x12_element_of('segment', 1) }} as name,
        trim({{ x12_element_of('segment', 4) }}) as fourth
    from status_segments
),

status_places as (
    select
        set_key,
        name,
        {{ last_known("case when name = 'HL' then fourth end") }} over earlier as loop_code,
        {{ last_known("case when name in ('HL', 'TRN', 'SVC') then name end") }} over earlier as loop_start
    from status_names
    window earlier as (partition by set_key order by place)
),

stated as (
    {% for kind, segment in [
        ('837P', 'CLM'), ('837P', 'SV1'), ('999', 'AK2'),
        ('835', 'CLP'), ('835', 'SVC'), ('835', 'CAS'), ('835', 'PLB')
    ] -%}
    select
        set_key,
        '{{ segment }}' as segment,
        {{ array_length(x12_filter('names', 'name', "name = '" ~ segment ~ "'")) }} as segments
    from names
    where transaction_kind = '{{ kind }}'
    union all
    {% endfor -%}
    select
        set_key,
        'STC' as segment,
        count(*) as segments
    from status_places
    where name = 'STC' and (loop_code = '21' or loop_code = 'PT' and loop_start <> 'SVC')
    group by set_key
),

staged as (
    select set_key, 'CLM' as segment, count(*) as segments
    from {{ ref('kept_x12_837__claims') }}
    where set_key in (select set_key from sets)
    group by set_key
    union all
    select set_key, 'SV1' as segment, count(*) as segments
    from {{ ref('kept_x12_837__lines') }}
    where set_key in (select set_key from sets)
    group by set_key
    union all
    select set_key, 'AK2' as segment, count(set_number) as segments
    from {{ ref('kept_x12_999__sets') }}
    where set_key in (select set_key from sets)
    group by set_key
    union all
    select set_key, 'STC' as segment, count(*) as segments
    from {{ ref('kept_x12_277ca__statuses') }}
    where set_key in (select set_key from sets)
    group by set_key
    union all
    select set_key, 'CLP' as segment, count(*) as segments
    from {{ ref('kept_x12_835__claims') }}
    where set_key in (select set_key from sets)
    group by set_key
    union all
    select set_key, 'SVC' as segment, count(*) as segments
    from {{ ref('kept_x12_835__lines') }}
    where set_key in (select set_key from sets)
    group by set_key
    union all
    select
        set_key,
        'CAS' as segment,
        count(distinct concat_ws(':', clp_number, coalesce(line_number, 0), cas_number)) as segments
    from {{ ref('kept_x12_835__adjustments') }}
    where set_key in (select set_key from sets)
    group by set_key
    union all
    select set_key, 'PLB' as segment, count(distinct plb_number) as segments
    from {{ ref('kept_x12_835__provider_adjustments') }}
    where set_key in (select set_key from sets)
    group by set_key
)

select
    coalesce(stated.set_key, staged.set_key) as set_key,
    coalesce(stated.segment, staged.segment) as segment,
    coalesce(stated.segments, 0) as stated_segments,
    coalesce(staged.segments, 0) as staged_segments
from stated
full outer join staged
    on stated.set_key = staged.set_key and stated.segment = staged.segment
where coalesce(stated.segments, 0) <> coalesce(staged.segments, 0)
