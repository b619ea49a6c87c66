-- One row per charge that is not voided of a visit whose payer is Medicare: its fee for one unit in
-- full and with half the practice expense, or why there is none. Each fee is rounded to the cent,
-- as Medicare publishes them, so that everything after is whole cents times units.
with

charges as (
    select * from {{ ref('int_coding__judged_charges') }} where payer_type = 'medicare'
),

clinics as (select charge_id, clinic_id from {{ ref('int_visits__charges') }}),

relative_values as (select * from {{ ref('stg_reference__relative_values') }}),

conversion_factors as (select * from {{ ref('stg_reference__conversion_factors') }}),

sequestration as (select * from {{ ref('stg_reference__sequestration') }}),

localities as (select * from {{ ref('stg_reference__medicare_localities') }}),

priced as (
    select
        c.charge_id,
        c.patient_id,
        c.service_date,
        c.units,
        f.conversion_factor,
        s.rate as sequestration_rate,
        v.rvu_work * coalesce(l.gpci_work, 1) as work_value,
        v.rvu_practice_expense * coalesce(l.gpci_practice_expense, 1) as practice_expense_value,
        v.rvu_malpractice * coalesce(l.gpci_malpractice, 1) as malpractice_value,
        c.is_always_therapy
        and coalesce(v.is_multiple_procedure_reduced, false) as is_multiple_procedure_reduced,
        c.service_date >= date '2022-01-01'
        and {{ has_modifier('c', ['CQ', 'CO']) }} as is_assistant_reduced,
        case
            when {{ has_modifier('c', ['GY', 'GZ']) }} then 'billed_as_not_covered'
            when v.cpt_code is null then 'no_relative_values'
            when v.medicare_status not in ('A', 'R', 'C') then 'status_not_paid'
            -- Without relative values of its own the price is the contractor's.
            when
                v.medicare_status = 'C'
                or v.rvu_work + v.rvu_practice_expense + v.rvu_malpractice = 0
                then 'contractor_priced'
            when f.conversion_factor is null then 'no_conversion_factor'
            when s.rate is null then 'no_sequestration_rate'
        end as unavailable_reason
    from charges as c
    inner join clinics as k on c.charge_id = k.charge_id
    left join relative_values as v
        on
            c.cpt_code = v.cpt_code
            and c.service_date between v.effective_from and v.effective_to
    left join conversion_factors as f
        on c.service_date between f.effective_from and coalesce(f.effective_to, c.service_date)
    left join sequestration as s
        on c.service_date between s.effective_from and coalesce(s.effective_to, c.service_date)
    left join localities as l
        on
            k.clinic_id = l.clinic_id
            and c.service_date between l.effective_from and coalesce(l.effective_to, c.service_date)
)

select
    charge_id,
    patient_id,
    service_date,
    units,
    conversion_factor,
    sequestration_rate,
    practice_expense_value,
    case
        when unavailable_reason is null
            then
                round(
                    (work_value + practice_expense_value + malpractice_value) * conversion_factor, 2
                )
    end as unit_fee_amount,
    case
        when unavailable_reason is null
            then
                round(
                    (work_value + practice_expense_value * 0.5 + malpractice_value)
                    * conversion_factor,
                    2
                )
    end as reduced_unit_fee_amount,
    is_multiple_procedure_reduced,
    is_assistant_reduced,
    unavailable_reason
from priced
