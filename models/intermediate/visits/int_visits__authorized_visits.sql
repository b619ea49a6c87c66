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

walk as (
    select
        patient_id,
        payer_id,
        visit_id,
        service_date,
        cast(0 as bigint) as authorization_number,
        cast(null as string) as authorization_id
    from visits
    union all
    select
        patient_id,
        payer_id,
        visit_id,
        service_date,
        authorization_number,
        case
            when
                is_in_force
                and (
                    visits_approved is null
                    or visits_approved >= count(case when is_in_force then 1 end) over (
                        partition by patient_id, payer_id
                        order by service_date, visit_id
                        rows between unbounded preceding and current row
                    )
                )
                then offered_authorization_id
        end as authorization_id
    from (
        select
            w.patient_id,
            w.payer_id,
            w.visit_id,
            w.service_date,
            a.authorization_number,
            a.authorization_id as offered_authorization_id,
            a.visits_approved,
            w.service_date between
            coalesce(a.effective_from, w.service_date) and coalesce(a.effective_to, w.service_date)
                as is_in_force
        from walk as w
        inner join authorizations as a
            on
                w.patient_id = a.patient_id
                and w.payer_id = a.payer_id
                and w.authorization_number + 1 = a.authorization_number
        where w.authorization_id is null
    ) as offers
)

select
    visit_id,
    authorization_id
from walk
where authorization_id is not null
