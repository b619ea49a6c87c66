-- One row per remittance line whose charge the claim's payer has a fee for on its day: what that
-- payer should allow. int_visits__charges asks the visit's payer instead, who may be another one.
with

lines as (select * from {{ ref('int_remittances__adjudicated_lines') }}),

claims as (select * from {{ ref('int_claims__claims') }}),

charges as (select * from {{ ref('int_visits__charges') }} where is_known_visit),

payers as (select * from {{ ref('stg_practice__payers') }}),

fee_schedules as (select * from {{ ref('stg_practice__fee_schedules') }}),

charged_lines as (
    select
        l.remittance_line_id,
        k.payer_id,
        p.payer_type,
        c.cpt_code,
        c.modifier_1,
        c.modifier_2,
        c.modifier_3,
        c.modifier_4,
        c.service_date,
        c.units
    from lines as l
    inner join claims as k on l.claim_id = k.claim_id and l.payer_sequence = k.payer_sequence
    inner join charges as c on l.charge_id = c.charge_id
    inner join payers as p on k.payer_id = p.payer_id
),

fees as (
    {{ fees_by_schedule('charged_lines', 'remittance_line_id') }}
)

select
    l.remittance_line_id,
    cast(
        case
            -- Medicare pays an assistant's service 85 % of its share, which is 80 % of the fee: 12 % less.
            when
                l.payer_type = 'medicare'
                and l.service_date >= date '2022-01-01'
                and (
                    'CQ' in (l.modifier_1, l.modifier_2, l.modifier_3, l.modifier_4)
                    or 'CO' in (l.modifier_1, l.modifier_2, l.modifier_3, l.modifier_4)
                )
                then round(f.allowed_amount * l.units * 0.88, 2)
            else f.allowed_amount * l.units
        end as decimal(18, 2)
    ) as expected_allowed_amount
from charged_lines as l
inner join fees as f on l.remittance_line_id = f.remittance_line_id
