-- Tables of X12 content that hold more (or fewer) rows of the sets read tonight than were read of
-- them: a set is lost, or is counted twice. The builder of the staging models acts.
{{ config(meta={'dagster': {'ref': {'name': 'stg_x12__transaction_sets'}}}) }}
-- depends_on: {{ ref('stg_x12__transaction_sets') }}
with

sets as (select * from {{ ref('base_x12__new_sets') }}),

counts as (
    {% for model in kept_models() -%}
    select
        '{{ model }}' as model,
        (select count(*) from {{ ref(model | replace('kept_', 'base_')) }}) as read_rows,
        (
            select count(*) from {{ ref(model) }}
            where set_key in (select set_key from sets)
        ) as kept_rows
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from counts
where read_rows <> kept_rows
