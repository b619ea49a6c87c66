-- One row per transaction set that was ever read, and what in it cannot be relied on. Last of the
-- kept tables: a set that stands here stands whole in the others, and is not read again.
{{ config(materialized='kept') }}
{% for model in kept_models() %}
-- depends_on: {{ ref(model) }}
{% endfor %}
with

sets as (select * from {{ ref('base_x12__new_sets') }}),

content_errors as (select * from {{ ref('base_x12__content_errors') }})

select
    sets.set_key,
    sets.transaction_set_id,
    content_errors.content_error
from sets
left join content_errors on sets.set_key = content_errors.set_key
