-- One provider for each user who may treat. OpenEMR has no field for PT, PTA or OT: the practice writes it
-- first in the user's specialty. Who may treat and has none there goes to quarantine.
with

users_and_credentials as (
    select
        *,
        nullif(upper(regexp_extract(specialty, '^(?i)(PTA|PT|OTA|OT|SLP)\b')), '') as credential
    from delivered
)

select
    row_number,
    id as provider_id,
    npi,
    fname as first_name,
    lname as last_name,
    credential,
    case when facility_id <> '0' then facility_id end as clinic_id,
    case
        when authorized is distinct from '1' and credential is null then 'A user who treats nobody.'
    end as left_out
from users_and_credentials
