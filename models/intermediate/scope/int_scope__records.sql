-- One row per record of an extract that tonight concerns: a row of it came since the facts were last
-- built, or one of its days has come.
{% set records = {
    'visits': ['service_date', 'started_at', 'ended_at', 'note_signed_at', 'note_cosigned_at'],
    'charges': ['posted_at', 'voided_at'],
    'adjustments': ['posted_on'],
    'patient_payments': ['paid_on', 'refunded_on'],
    'appointments': ['scheduled_at'],
    'authorizations': ['requested_on', 'decided_on'],
    'coverages': [],
} -%}
{% set clock = ['service_date', 'started_at', 'ended_at'] -%}
with

mode as (select * from {{ ref('int_scope__mode') }}),

days as (
    select
        built.as_of as after_day,
        -- A note falls due on the day after its visit.
        case when run.as_of > built.as_of then built.as_of - 1 else built.as_of end as after_visit_day,
        run.as_of as last_day
    from {{ ref('stg_load__run') }} as run
    cross join {{ source('built', 'run') }} as built
),

versions as (select version from {{ ref('int_scope__new_versions') }} where kind = 'rows'),

records as (
    {% for extract, dates in records.items() -%}
    {% set key = extract[:-1] ~ '_id' -%}
    select
        '{{ extract }}' as extract,
        {{ key }} as record_id
    from {{ ref('base_practice__' ~ extract) }}
    where cast(source_version as string) in (select version from versions)
    {% if dates -%}
    union all
    select
        '{{ extract }}' as extract,
        r.{{ key }} as record_id
    from {{ ref('stg_practice__' ~ extract) }} as r
    cross join days
    where
        {%- for date in dates %}
        {{ 'or ' if not loop.first }}(
            cast(r.{{ date }} as date) > days.{{ 'after_visit_day' if date in clock else 'after_day' }}
            and cast(r.{{ date }} as date) <= days.last_day
        )
        {%- endfor %}
    {% endif -%}
    {{ 'union all' if not loop.last }}
    {% endfor -%}
)

select
    r.extract,
    r.record_id
from records as r
inner join mode on mode.reason is null
where r.record_id is not null
group by 1, 2
