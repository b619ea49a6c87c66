-- One row per claim whose facts are built again tonight; none where all are (int_scope__extent).
select r.claim_id
from {{ ref('int_scope__reach') }} as r
inner join {{ ref('int_scope__extent') }} as e on not e.is_whole
where r.claim_id is not null
