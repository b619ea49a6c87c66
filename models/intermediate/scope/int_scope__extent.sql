-- One row: whether every fact is built anew tonight (is_whole), why, and how many patients and claims
-- are built again where it is not. Its hook keeps what is begun, so that a build that is stopped is known.
{{ config(post_hook="{{ begin_to_build() }}") }}
-- depends_on: {{ ref('int_scope__versions') }}
-- depends_on: {{ ref('stg_load__run') }}
with

mode as (select * from {{ ref('int_scope__mode') }}),

reach as (select * from {{ ref('int_scope__reach') }}),

counted as (
    select
        count(patient_id) as patients,
        count(claim_id) as claims,
        coalesce(bool_or(is_last_step), false) as is_unbounded
    from reach
),

known as (
    select count(distinct patient_id) as patients from {{ ref('stg_practice__visits') }}
),

judged as (
    select
        coalesce(
            mode.reason,
            case
                when c.is_unbounded then 'patients are tied to each other without end'
                -- From about here on building all is no slower, and leaves the tables in order.
                when c.patients > 0.4 * known.patients then 'too much changed'
            end
        ) as reason,
        c.patients,
        c.claims,
        known.patients as known_patients
    from mode
    cross join counted as c
    cross join known
)

select
    reason is not null as is_whole,
    reason,
    case when reason is null then patients end as patients,
    case when reason is null then claims end as claims,
    known_patients
from judged
