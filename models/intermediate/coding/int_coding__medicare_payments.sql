-- One row per charge that is not voided of a visit whose payer is Medicare: what Medicare should
-- allow, pay and leave to the patient, once the deductible is met. Amounts are null where
-- unavailable_reason says why.
with

fees as (select * from {{ ref('int_coding__medicare_fees') }}),

-- One unit of the patient's day keeps its whole practice expense: the dearest, tie: the first charge.
ranked as (
    select
        *,
        row_number() over (
            partition by
                patient_id,
                service_date,
                unavailable_reason is null and is_multiple_procedure_reduced and units > 0
            order by practice_expense_value desc, charge_id asc
        ) as place
    from fees
),

counted as (
    select
        *,
        case
            when not is_multiple_procedure_reduced then 0
            when place = 1 then greatest(units - 1, 0)
            else units
        end as reduced_units
    from ranked
    where unavailable_reason is null
),

after_reduction as (
    select
        *,
        units * unit_fee_amount as fee_amount,
        reduced_units * (unit_fee_amount - reduced_unit_fee_amount) as multiple_procedure_reduction_amount,
        units * unit_fee_amount
        - reduced_units * (unit_fee_amount - reduced_unit_fee_amount) as reduced_fee_amount
    from counted
),

shared as (
    select
        *,
        round(reduced_fee_amount * 0.20, 2) as patient_share_amount,
        -- The assistant's 15 % come off Medicare's share alone: the patient owes 20 % of the whole.
        case
            when is_assistant_reduced
                then round((reduced_fee_amount - round(reduced_fee_amount * 0.20, 2)) * 0.15, 2)
            else 0
        end as assistant_reduction_amount
    from after_reduction
),

sequestered as (
    select
        *,
        reduced_fee_amount - assistant_reduction_amount as expected_allowed_amount,
        round(
            (reduced_fee_amount - assistant_reduction_amount - patient_share_amount) * sequestration_rate, 2
        ) as sequestration_amount
    from shared
)

select
    f.charge_id,
    f.units,
    f.conversion_factor,
    s.reduced_units,
    cast(s.fee_amount as decimal(18, 2)) as fee_amount,
    cast(s.multiple_procedure_reduction_amount as decimal(18, 2)) as multiple_procedure_reduction_amount,
    cast(s.assistant_reduction_amount as decimal(18, 2)) as assistant_reduction_amount,
    cast(s.expected_allowed_amount as decimal(18, 2)) as expected_allowed_amount,
    cast(s.patient_share_amount as decimal(18, 2)) as patient_share_amount,
    cast(s.sequestration_amount as decimal(18, 2)) as sequestration_amount,
    cast(
        s.expected_allowed_amount - s.patient_share_amount - s.sequestration_amount as decimal(18, 2)
    ) as expected_payer_amount,
    f.unavailable_reason
from fees as f
left join sequestered as s on f.charge_id = s.charge_id
