-- One row per therapist or assistant, with the discipline that decides modifiers.
select
    provider_id,
    npi,
    concat_ws(' ', first_name, last_name) as provider_name,
    credential,
    case
        when credential in ('PT', 'PTA') then 'PT'
        when credential in ('OT', 'OTA') then 'OT'
        else credential
    end as discipline,
    clinic_id,
    active_from,
    active_to,
    credential in ('PTA', 'OTA') as is_assistant
from {{ ref('stg_practice__providers') }}
