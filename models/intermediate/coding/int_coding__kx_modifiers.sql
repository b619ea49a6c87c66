-- One row per Medicare charge to which rule M-KX applies: above the year's threshold always-therapy
-- charges carry KX, not above it none does. A year without a threshold is not judged (an
-- expectation warns of it); what other practices did is unknown: a lower bound.
with

charges as (
    select
        c.*,
        {{ has_modifier('c', ['KX']) }} as has_kx
    from {{ ref('int_coding__judged_charges') }} as c
    where c.payer_type = 'medicare'
),

accruals as (select * from {{ ref('int_coding__therapy_accruals') }}),

thresholds as (select * from {{ ref('stg_reference__kx_thresholds') }}),

judged as (
    select
        c.charge_id,
        c.billed_modifiers,
        c.is_always_therapy,
        c.has_kx,
        a.accrued_amount > t.pt_slp_threshold as is_above
    from charges as c
    inner join accruals as a
        on
            c.patient_id = a.patient_id
            and c.service_date = a.service_date
            and c.therapy_limit = a.therapy_limit
    inner join thresholds as t on a.calendar_year = t.calendar_year
)

select
    charge_id,
    'M-KX' as rule_id,
    case
        when is_above and not has_kx then 'missing'
        when not is_above and has_kx then 'unjustified'
    end as finding,
    billed_modifiers as billed,
    case when is_above then 'KX' else 'no KX' end as expected,
    true as is_lower_bound
from judged
where has_kx or (is_above and is_always_therapy)
