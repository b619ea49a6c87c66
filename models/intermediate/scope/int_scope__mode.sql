-- One row: the reason why every fact has to be built anew, null when those of the patients and claims
-- concerned will do.
with

run as (select * from {{ ref('stg_load__run') }}),

fingerprint as (select * from {{ ref('int_scope__fingerprint') }}),

built as (select * from {{ source('built', 'run') }}),

gone as (
    select count(*) as versions
    from {{ source('built', 'versions') }} as b
    left join {{ ref('int_scope__versions') }} as v on b.kind = v.kind and b.version = v.version
    where v.version is null
),

-- Of a build that was stopped: what was begun, unless tonight would change all of that again.
stopped as (
    select count(*) as builds
    from {{ source('built', 'begun') }} as begun
    cross join run
    where
        begun.is_whole
        or begun.as_of > run.as_of
        or exists (
            select 1
            from {{ source('built', 'begun_versions') }} as b
            left join {{ ref('int_scope__versions') }} as v on b.kind = v.kind and b.version = v.version
            where v.version is null
        )
)

select
    case
        when built.as_of is null then 'they were not built yet'
        when built.fingerprint <> fingerprint.fingerprint
            then 'the rules, or the tables they read, are other ones'
        when built.as_of > run.as_of then 'as_of lies before the last one'
        when gone.versions > 0 then 'a file that counted no longer does'
        when stopped.builds > 0 then 'a build was stopped that this one would not make up for'
    end as reason
from run
cross join fingerprint
cross join gone
cross join stopped
left join built on true
