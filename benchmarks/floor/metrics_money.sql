-- The metrics of money by service: what came of what was expected.

create table metrics.net_collection_rate as
with charges as (select * from charge_balance where is_adjudicated or is_self_pay),

movements as (
    select
        month, payer_id, clinic_id, provider_id, payer_paid as collected, allowed,
        contractual + hand_contractual as contractual,
        case when is_denied then allowed else 0 end as denied, written_off
    from charges
    union all
    select v.month, v.payer_id, v.clinic_id, v.provider_id, p.paid, 0, 0, 0, 0
    from visit as v
    inner join patient_paid as p using (visit_id)
    where visit_id in (select visit_id from charges)
)

select
    month,
    payer_id,
    clinic_id,
    provider_id,
    money(sum(collected)) as numerator,
    money(sum(allowed)) as denominator,
    rate(money(sum(collected)), money(sum(allowed))) as value,
    is_past(month, 120) as is_mature,
    money(sum(contractual)) as contractual,
    money(sum(denied)) as denied_allowed,
    money(sum(written_off)) as written_off
from movements
group by all
having
    money(sum(collected)) <> 0 or money(sum(allowed)) <> 0 or money(sum(contractual)) <> 0
    or money(sum(denied)) <> 0 or money(sum(written_off)) <> 0;

create table metrics.reimbursement_rate as
select
    month,
    payer_id,
    clinic_id,
    provider_id,
    money(sum(payer_paid)) as numerator,
    money(sum(charge_amount)) as denominator,
    rate(money(sum(payer_paid)), money(sum(charge_amount))) as value,
    is_past(month, 90) as is_mature,
    money(sum(allowed)) as allowed_amount,
    money(sum(patient_share)) as patient_responsibility,
    money(sum(expected)) as expected_allowed,
    money(sum(other_paid)) as other_payer_payments
from charge_balance
where is_adjudicated
group by all
having
    sum(payer_paid) <> 0 or sum(charge_amount) <> 0 or sum(allowed) <> 0 or sum(patient_share) <> 0
    or coalesce(sum(expected), 0) <> 0 or sum(other_paid) <> 0;
