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
)

select
    case
        when built.as_of is null then 'they were not built yet'
        when built.fingerprint <> fingerprint.fingerprint
            then 'the rules, or the tables they read, are other ones'
        when built.as_of > run.as_of then 'as_of lies before the last one'
        when gone.versions > 0 then 'a file that counted no longer does'
    end as reason
from run
cross join fingerprint
cross join gone
left join built on true
