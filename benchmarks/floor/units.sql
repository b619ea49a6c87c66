-- Units as the rules want them. Charges are those of charge_balance: known and not voided.

create temp table charge_balance as
select
    c.*,
    coalesce(s.is_adjudicated, false) as is_adjudicated,
    coalesce(s.is_denied, false) as is_denied,
    coalesce(s.contractual, 0) as contractual,
    coalesce(s.payer_paid, 0) as payer_paid,
    coalesce(s.other_paid, 0) as other_paid,
    coalesce(s.patient_share, 0) as patient_share,
    case
        when s.is_adjudicated and not s.is_denied
            then c.charge_amount - s.contractual - c.hand_contractual - c.courtesy
        else coalesce(c.expected, c.charge_amount - c.hand_contractual - c.courtesy)
    end as allowed
from charge as c
left join charge_state as s using (charge_id);

create temp table visit_units as
with codes as (
    select
        visit_id,
        cpt_code,
        unit_rule,
        timing,
        sum(units) as units,
        sum(minutes) as minutes,
        count(*) - count(minutes) as without_minutes
    from charge
    where timing is not null
    group by all
),

timed as (
    select
        visit_id,
        cpt_code,
        units,
        minutes // 15 as whole,
        (minutes + 7) // 15 as ama,
        minutes % 15 as rest,
        (sum(minutes) over visits + 7) // 15 - sum(minutes // 15) over visits as to_give
    from codes
    where timing = 'timed'
    window visits as (partition by visit_id)
    qualify sum(without_minutes) over visits = 0
),

allocated as (
    select
        visit_id,
        cpt_code,
        ama,
        whole + case
            when row_number() over (
                partition by visit_id order by rest desc, units > whole desc, cpt_code
            ) <= to_give then 1 else 0
        end as cms
    from timed
),

judged as (
    select
        c.*,
        a.cms,
        a.ama,
        case c.timing
            when 'timed' then case c.unit_rule when 'ama' then a.ama else a.cms end
            when 'untimed' then 1
            when 'timed_first' then least(c.units, 1)
        end as due
    from codes as c
    left join allocated as a using (visit_id, cpt_code)
)

select
    visit_id,
    count(due) > 0 as is_judged,
    coalesce(bool_or(units <> due), false) as has_error,
    coalesce(sum(greatest(units - due, 0)) filter (where timing = 'timed'), 0) as overbilled,
    coalesce(sum(greatest(due - units, 0)) filter (where timing = 'timed'), 0) as underbilled,
    count(*) filter (where timing <> 'timed' and units <> due) as untimed_errors,
    coalesce(sum(without_minutes) filter (where timing = 'timed'), 0) as missing_minutes,
    coalesce(sum(cms), 0) as units_if_cms,
    coalesce(sum(ama), 0) as units_if_ama
from judged
group by visit_id;
