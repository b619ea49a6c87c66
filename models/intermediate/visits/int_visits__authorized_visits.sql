-- One row per visit that takes a visit of an authorization. By contract the visits choose in turn
-- (service_date, visit_id), each the first authorization (effective_from, id) that covers its day
-- and has visits left. All visits rank authorizations alike and all authorizations rank visits alike,
-- so letting the authorizations choose in turn, each its first visits not yet taken, gives the
-- same pairs in as many steps as a patient has authorizations.
with recursive

run as (select * from {{ ref('stg_load__run') }}),

visits as (select * from {{ ref('int_visits__visits') }}),

authorizations as (
    select
        a.patient_id,
        a.payer_id,
        a.authorization_id,
        a.visits_approved,
        a.effective_from,
        a.effective_to,
        row_number() over (
            partition by a.patient_id, a.payer_id
            order by a.effective_from nulls first, a.authorization_id
        ) as authorization_number
    from {{ ref('int_scope__authorizations') }} as a
    cross join run
    where a.status in ('approved', 'partially_approved') and a.decided_on <= run.as_of
),

{{ visits_taken_in_turn('visits', 'authorizations') }}

select
    visit_id,
    authorization_id
from taken
