-- One row per authorization request made or decided on or before as_of. A decision after as_of is
-- not there yet: the request is pending, whatever the extract already says.
{{ config(materialized='replaced', meta={'replaced_by': 'patient'}) }}
with

run as (select * from {{ ref('stg_load__run') }}),

authorizations as (
    select
        a.*,
        run.pseudonym_key,
        case
            when a.status in ('pending', 'cancelled') then a.status
            when a.decided_on > run.as_of then 'pending'
            else a.status
        end as status_as_of
    from {{ ref('int_scope__authorizations') }} as a
    cross join run
    where a.requested_on <= run.as_of or a.decided_on <= run.as_of
)

select
    {{ pseudonym('authorization', 'authorization_id') }} as authorization_key,
    authorization_id,
    {{ pseudonym('patient', 'patient_id') }} as patient_key,
    patient_id,
    payer_id,
    clinic_id,
    provider_id,
    status_as_of as status,
    case when status_as_of <> 'pending' then denial_reason end as denial_reason,
    requested_on,
    case when status_as_of <> 'pending' then decided_on end as decided_on,
    case when status_as_of <> 'pending' then effective_from end as effective_from,
    case when status_as_of <> 'pending' then effective_to end as effective_to,
    visits_requested,
    case when status_as_of <> 'pending' then visits_approved end as visits_approved
from authorizations
