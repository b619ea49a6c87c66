-- One row per line of a claim payment, amounts as remitted. A claim payment without service lines
-- stands for the lines of the last submission it can answer (is_stand_in), or for one line of its
-- own where there is none to find.
with

claim_payments as (select * from {{ ref('int_remittances__claims') }}),

service_lines as (select * from {{ ref('int_scope__remittance_lines') }}),

submissions as (select * from {{ ref('int_claims__submissions') }}),

submitted_lines as (select * from {{ ref('int_scope__submitted_lines') }}),

answered_submissions as (
    select
        c.remittance_claim_id,
        s.submission_id
    from claim_payments as c
    inner join submissions as s
        on c.claim_id = s.claim_id and s.submitted_on <= c.payment_date
    where c.line_count = 0
    qualify row_number() over (
        partition by c.remittance_claim_id
        order by
            case when s.payer_sequence = c.payer_sequence then 0 else 1 end,
            s.submission_order desc
    ) = 1
),

stand_ins as (
    select
        c.remittance_claim_id,
        coalesce(l.line_number, 1) as line_number,
        l.charge_id,
        l.cpt_code,
        l.modifier_1,
        l.modifier_2,
        l.modifier_3,
        l.modifier_4,
        coalesce(l.service_date, c.service_date) as service_date,
        case when c.charge_amount < 0 then -1 else 1 end
        * coalesce(l.charge_amount, abs(c.charge_amount)) as charge_amount,
        cast(0 as decimal(18, 2)) as remitted_amount,
        coalesce(l.units, 1) as units,
        cast(null as string) as remark_codes,
        true as is_stand_in
    from claim_payments as c
    left join answered_submissions as a on c.remittance_claim_id = a.remittance_claim_id
    left join submitted_lines as l on a.submission_id = l.submission_id
    where c.line_count = 0
),

lines as (
    select
        remittance_claim_id,
        line_number,
        charge_id,
        cpt_code,
        modifier_1,
        modifier_2,
        modifier_3,
        modifier_4,
        service_date,
        charge_amount,
        paid_amount as remitted_amount,
        units,
        remark_codes,
        false as is_stand_in
    from service_lines
    union all
    select * from stand_ins
)

select
    concat(l.remittance_claim_id, ':', cast(l.line_number as string)) as remittance_line_id,
    l.remittance_claim_id,
    l.line_number,
    l.charge_id as remitted_charge_id,
    l.cpt_code,
    l.modifier_1,
    l.modifier_2,
    l.modifier_3,
    l.modifier_4,
    l.service_date,
    l.charge_amount,
    l.remitted_amount,
    l.units,
    l.remark_codes,
    l.is_stand_in
from lines as l
inner join claim_payments as c on l.remittance_claim_id = c.remittance_claim_id
