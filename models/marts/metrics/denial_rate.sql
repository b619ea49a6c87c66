-- One row per month of first adjudication and slice: primary claims answered, and those with a
-- refused line.
with

claims as (
    select * from {{ ref('fct_claim') }}
    where payer_sequence = 'P' and first_adjudicated_on is not null
),

sums as (
    select
        {{ month_of('first_adjudicated_on') }} as month,
        payer_id,
        clinic_id,
        provider_id,
        {{ count_where('denied_lines > 0') }} as numerator,
        count(*) as denominator,
        {{ count_where('denied_lines > 0 and denied_lines = adjudicated_lines') }} as fully_denied_claims,
        {{ count_where('denied_lines = 0 and partially_denied_lines > 0') }} as partially_denied_claims,
        cast(sum(adjudicated_lines) as bigint) as adjudicated_lines,
        cast(sum(denied_lines) as bigint) as denied_lines,
        {{ amount_where('adjudicated_charge_amount') }} as adjudicated_charges,
        {{ amount_where('denied_charge_amount') }} as denied_charges,
        cast(sum(patient_liability_denied_lines) as bigint) as patient_liability_denials
    from claims
    group by 1, 2, 3, 4
)

select
    month,
    payer_id,
    clinic_id,
    provider_id,
    numerator,
    denominator,
    {{ rate('numerator', 'denominator') }} as value,
    true as is_mature,
    fully_denied_claims,
    partially_denied_claims,
    adjudicated_lines,
    denied_lines,
    adjudicated_charges,
    denied_charges,
    patient_liability_denials
from sums
