-- One row per month of first payer payment and scope: the median days from first service to
-- payment. Medians do not add up, so each scope is counted from the claims.
with

claims as (
    select
        {{ month_of('first_paid_on') }} as month,
        payer_id,
        clinic_id,
        provider_id,
        {{ days_from('first_service_date', 'first_paid_on') }} as days
    from {{ ref('fct_claim') }}
    where
        payer_sequence = 'P'
        and first_paid_on is not null
        and first_submitted_on is not null
        and first_service_date is not null
)

{% for scope in ['practice', 'payer', 'clinic', 'provider'] %}
select
    month,
    '{{ scope }}' as scope,
    {{ 'cast(null as string)' if scope == 'practice' else scope ~ '_id' }} as scope_id,
    cast(median(days) as double) as median
from claims
group by 1, 2, 3
{{ 'union all' if not loop.last }}
{% endfor %}
