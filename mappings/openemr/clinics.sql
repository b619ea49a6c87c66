-- One clinic for each facility where patients are seen.
select
    row_number,
    id as clinic_id,
    name as clinic_name,
    facility_npi as npi,
    state,
    case when service_location = '0' then 'No service location.' end as left_out
from delivered
