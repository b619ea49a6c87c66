-- One row per clinic.
select
    clinic_id,
    clinic_name,
    organization_name,
    npi,
    state,
    time_zone,
    opened_on
from {{ ref('stg_practice__clinics') }}
