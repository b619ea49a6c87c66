-- One row per charge of a known visit that is not voided: what may be collected for it (allowed)
-- and what was. allowed is never below what the last standing primary adjudication leaves after
-- contractual amounts.
with

charges as (
    select * from {{ ref('int_visits__charges') }} where is_known_visit and not is_voided
),

states as (select * from {{ ref('int_remittances__charge_states') }})

select
    c.charge_id,
    c.visit_id,
    coalesce(s.is_primary_adjudicated, false) as is_primary_adjudicated,
    coalesce(s.is_denied, false) as is_denied,
    s.adjudicated_on,
    cast(coalesce(s.contractual_amount, 0) as decimal(18, 2)) as contractual_amount,
    cast(coalesce(s.payer_paid_amount, 0) as decimal(18, 2)) as payer_paid_amount,
    cast(coalesce(s.other_payer_paid_amount, 0) as decimal(18, 2)) as other_payer_paid_amount,
    cast(coalesce(s.patient_responsibility_amount, 0) as decimal(18, 2)) as patient_responsibility_amount,
    cast(
        case
            when s.is_primary_adjudicated and not s.is_denied
                then
                    c.charge_amount - s.contractual_amount
                    - c.hand_contractual_amount - c.courtesy_amount
            when c.expected_amount is not null then c.expected_amount
            else c.charge_amount - c.hand_contractual_amount - c.courtesy_amount
        end as decimal(18, 2)
    ) as allowed_amount
from charges as c
left join states as s on c.charge_id = s.charge_id
