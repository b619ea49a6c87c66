-- One row per patient whose facts are built again tonight; none where all are (int_scope__extent).
select r.patient_id
from {{ ref('int_scope__reach') }} as r
inner join {{ ref('int_scope__extent') }} as e on not e.is_whole
where r.patient_id is not null
