{#- CTE taken: the pairs of a visit and the authorization that it takes. Authorizations choose in turn
    (authorization_number), each its first visits (service_date, visit_id) of its days that are not yet taken. -#}
{% macro visits_taken_in_turn(visits, authorizations) -%}
    {{ return(adapter.dispatch('visits_taken_in_turn')(visits, authorizations)) }}
{%- endmacro %}

{% macro default__visits_taken_in_turn(visits, authorizations) -%}
walk as (
    select
        patient_id,
        payer_id,
        visit_id,
        service_date,
        cast(0 as bigint) as authorization_number,
        cast(null as string) as authorization_id
    from {{ visits }}
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
        inner join {{ authorizations }} as a
            on
                w.patient_id = a.patient_id
                and w.payer_id = a.payer_id
                and w.authorization_number + 1 = a.authorization_number
        where w.authorization_id is null
    ) as offers
),

taken as (
    select
        visit_id,
        authorization_id
    from walk
    where authorization_id is not null
)
{%- endmacro %}

{#- A recursion of Spark may not count over a window. -#}
{% macro spark__visits_taken_in_turn(visits, authorizations) -%}
offered as (
    select
        patient_id,
        payer_id,
        array_sort(collect_list(struct(service_date, visit_id))) as days
    from {{ visits }}
    group by patient_id, payer_id
),

asking as (
    select
        patient_id,
        payer_id,
        array_sort(collect_list(
            struct(authorization_number, authorization_id, visits_approved, effective_from, effective_to)
        )) as grants
    from {{ authorizations }}
    group by patient_id, payer_id
),

taken as (
    select inline(aggregate(
        a.grants,
        cast(array() as array<struct<visit_id: string, authorization_id: string>>),
        (pairs, granted) -> concat(pairs, transform(
            slice(
                filter(
                    o.days,
                    day -> day.service_date between coalesce(granted.effective_from, day.service_date)
                        and coalesce(granted.effective_to, day.service_date)
                        and not exists(pairs, pair -> pair.visit_id = day.visit_id)
                ),
                1,
                coalesce(granted.visits_approved, size(o.days))
            ),
            day -> struct(day.visit_id as visit_id, granted.authorization_id as authorization_id)
        ))
    ))
    from asking as a
    inner join offered as o on a.patient_id = o.patient_id and a.payer_id = o.payer_id
)
{%- endmacro %}
