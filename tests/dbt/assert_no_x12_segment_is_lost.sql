-- Transaction sets that are used and whose text holds more (or fewer) segments of a kind than
-- staging: a claim, line, adjustment or status was lost, or counted twice, on the way. The
-- builder of the staging models acts.
{{ config(meta={'dagster': {'ref': {'name': 'stg_x12__transaction_sets'}}}) }}
with

texts as (
    select
        sets.transaction_set_id,
        sets.transaction_kind,
        raw.element_separator,
        string_split(raw.body, raw.segment_terminator) as segments
    from {{ ref('stg_x12__transaction_sets') }} as sets
    inner join {{ source('raw', 'x12_transactions') }} as raw
        on sets.file_sha256 = raw.file_sha256 and sets.set_number = raw.set_number
    where sets.is_used
),

names as (
    select
        transaction_set_id,
        transaction_kind,
        list_transform(segments, lambda segment: split_part(segment, element_separator, 1)) as names
    from texts
),

-- A status counts where it is one of a batch (HL 21) or of a claim (HL PT, before its service lines).
status_segments as (
    select
        transaction_set_id,
        element_separator,
        unnest(segments) as segment,
        generate_subscripts(segments, 1) as place
    from texts
    where transaction_kind = '277CA'
),

status_names as (
    select
        transaction_set_id,
        place,
        split_part(segment, element_separator, 1) as name,
        trim(split_part(segment, element_separator, 4)) as fourth
    from status_segments
),

status_places as (
    select
        transaction_set_id,
        name,
        last_value(case when name = 'HL' then fourth end ignore nulls) over earlier as loop_code,
        last_value(case when name in ('HL', 'TRN', 'SVC') then name end ignore nulls) over earlier
            as loop_start
    from status_names
    window earlier as (partition by transaction_set_id order by place)
),

stated as (
    {% for kind, segment in [
        ('837P', 'CLM'), ('837P', 'SV1'), ('999', 'AK2'),
        ('835', 'CLP'), ('835', 'SVC'), ('835', 'CAS'), ('835', 'PLB')
    ] -%}
    select
        transaction_set_id,
        '{{ segment }}' as segment,
        len(list_filter(names, lambda name: name = '{{ segment }}')) as segments
    from names
    where transaction_kind = '{{ kind }}'
    union all
    {% endfor -%}
    select
        transaction_set_id,
        'STC' as segment,
        count(*) as segments
    from status_places
    where name = 'STC' and (loop_code = '21' or loop_code = 'PT' and loop_start <> 'SVC')
    group by transaction_set_id
),

staged_statuses as (
    select transaction_set_id from {{ ref('stg_x12_277ca__claim_statuses') }}
    union all
    select transaction_set_id from {{ ref('stg_x12_277ca__batch_statuses') }}
),

staged as (
    select transaction_set_id, 'CLM' as segment, count(*) as segments
    from {{ ref('stg_x12_837__claims') }}
    group by transaction_set_id
    union all
    select transaction_set_id, 'SV1' as segment, count(*) as segments
    from {{ ref('stg_x12_837__lines') }}
    group by transaction_set_id
    union all
    select transaction_set_id, 'AK2' as segment, count(*) as segments
    from {{ ref('stg_x12_999__sets') }}
    group by transaction_set_id
    union all
    select transaction_set_id, 'STC' as segment, count(*) as segments
    from staged_statuses
    group by transaction_set_id
    union all
    select transaction_set_id, 'CLP' as segment, count(*) as segments
    from {{ ref('stg_x12_835__claims') }}
    group by transaction_set_id
    union all
    select transaction_set_id, 'SVC' as segment, count(*) as segments
    from {{ ref('stg_x12_835__lines') }}
    group by transaction_set_id
    union all
    select
        transaction_set_id,
        'CAS' as segment,
        count(distinct concat_ws(':', remittance_claim_id, coalesce(line_number, 0), cas_number)) as segments
    from {{ ref('stg_x12_835__adjustments') }}
    group by transaction_set_id
    union all
    select transaction_set_id, 'PLB' as segment, count(distinct plb_number) as segments
    from {{ ref('stg_x12_835__provider_adjustments') }}
    group by transaction_set_id
)

select
    coalesce(stated.transaction_set_id, staged.transaction_set_id) as transaction_set_id,
    coalesce(stated.segment, staged.segment) as segment,
    coalesce(stated.segments, 0) as stated_segments,
    coalesce(staged.segments, 0) as staged_segments
from stated
full outer join staged
    on stated.transaction_set_id = staged.transaction_set_id and stated.segment = staged.segment
where coalesce(stated.segments, 0) <> coalesce(staged.segments, 0)
