-- One row per thing that counts tonight and did not when the facts were last built.
select
    v.kind,
    v.version
from {{ ref('int_scope__versions') }} as v
left join {{ source('built', 'versions') }} as b on v.kind = b.kind and v.version = b.version
where b.version is null
