-- Lines of claim payments: their amounts, charges and verdicts, and the state of each charge after them.

create macro share_of(amount, weight, total) as cast(
    sign(amount) * sign(weight) * sign(total) * (
        (
            2 * cast(abs(amount) * 100 as hugeint) * cast(abs(weight) * 100 as hugeint)
            + cast(abs(total) * 100 as hugeint)
        ) // nullif(2 * cast(abs(total) * 100 as hugeint), 0)
    ) as decimal(38, 0)
) * cast(0.01 as decimal(3, 2));

-- A claim payment without lines stands for those of the claim's last submission before it.
create temp table line as
with stood_for as (
    select a.clp_id, arg_max(s.id, (s.sequence = a.sequence, s.n)) as submission_id
    from adjudication as a
    inner join submission as s on a.claim = s.claim and s.sent_on <= a.paid_on
    where a.lines = 0
    group by a.clp_id
)

select
    s.clp_id,
    s.clp_id * 1000 + s.line_number as line_id,
    s.charge_id,
    s.cpt_code,
    s.modifiers,
    s.service_on,
    s.charge,
    s.paid,
    false as is_stand_in
from svc as s
inner join adjudication as a using (clp_id)
union all
select
    a.clp_id,
    a.clp_id * 1000 + coalesce(l.line_number, 1),
    l.charge_id,
    l.cpt_code,
    l.modifiers,
    coalesce(l.service_on, a.service_on),
    case when a.charge < 0 then -1 else 1 end * coalesce(l.amount, abs(a.charge)),
    0,
    true
from adjudication as a
left join stood_for as s using (clp_id)
left join clm_line as l using (submission_id)
where a.lines = 0;

-- Whatever stands at the claim level is spread over the lines in proportion to what they were paid, else
-- to their charges; the last line with a weight takes the rest.
create temp table spread as
with totals as (
    select clp_id, sum(l.paid) as paid, sum(l.charge) as charge
    from line as l
    group by clp_id
),

uneven as (
    select t.*, a.paid - t.paid as difference
    from totals as t
    inner join adjudication as a using (clp_id)
    where a.paid <> t.paid or clp_id in (select clp_id from cas where line_number is null)
),

weighted as (
    select
        l.clp_id,
        l.line_id,
        u.difference,
        case when u.paid <> 0 then l.paid else l.charge end as weight,
        case when u.paid <> 0 then u.paid else u.charge end as total
    from line as l
    inner join uneven as u using (clp_id)
)

select
    *,
    line_id = max(line_id) filter (where weight <> 0 or total = 0) over (partition by clp_id) as takes_rest
from weighted;

create temp table shared as
with amounts as (
    select clp_id, null as group_code, null as carc, -1 as cas_number, difference as amount
    from spread
    group by clp_id, difference
    union all
    select clp_id, group_code, carc, cas_number, amount
    from cas
    where line_number is null
),

shares as (
    select
        s.line_id,
        s.takes_rest,
        a.*,
        case when s.takes_rest then 0 else coalesce(share_of(a.amount, s.weight, s.total), 0) end as share
    from spread as s
    inner join amounts as a using (clp_id)
)

select
    line_id,
    clp_id,
    group_code,
    carc,
    cas_number,
    cast(
        case
            when takes_rest then amount - sum(share) over (partition by clp_id, cas_number) else share
        end as decimal(18, 2)
    ) as amount
from shares;

update line set paid = line.paid + shared.amount
from shared
where line.line_id = shared.line_id and shared.cas_number = -1 and shared.amount <> 0;

-- What the adjustments of a line come to, and its verdict by its own amounts.
create temp table verdict as
with adjustments as (
    select clp_id, clp_id * 1000 + line_number as line_id, group_code, carc, amount, false as is_shared
    from cas
    where line_number is not null
    union all
    select clp_id, line_id, group_code, carc, amount, true
    from shared
    where cas_number >= 0
),

signed as (
    select
        a.line_id,
        a.group_code,
        a.carc,
        coalesce(r.category, 'unmapped') as category,
        a.amount,
        case when c.is_reversal then -a.amount else a.amount end as judged,
        coalesce(r.is_denial, true)
        and (case when c.is_reversal then -a.amount else a.amount end) > 0
        and (not a.is_shared or c.status = '4' or c.lines = 0) as is_denial
    from adjustments as a
    inner join adjudication as c using (clp_id)
    left join reasons as r using (carc)
    where a.amount <> 0
),

by_category as (
    select
        line_id,
        category,
        sum(judged) filter (where is_denial) as denied,
        coalesce(sum(judged) filter (where is_denial and group_code = 'PR'), 0) as denied_to_patient,
        bool_or(is_denial and carc <> '97') as has_other_than_97,
        sum(case when group_code = 'PR' then amount else 0 end) as patient_share,
        sum(
            case
                when category in ('contractual', 'sequestration', 'multiple_procedure_reduction', 'capitation')
                    then case when group_code <> 'PR' then amount else 0 end
                when category = 'patient_responsibility' and group_code = 'CO' then amount
                else 0
            end
        ) as contractual,
        bool_or(group_code = 'PR' and category = 'patient_responsibility') as has_patient_share
    from signed
    group by line_id, category
),

by_line as (
    select
        line_id,
        arg_min(
            {'category': category, 'liability': 2 * denied_to_patient >= denied}, (-denied, category)
        ) filter (where denied is not null) as cause,
        coalesce(bool_or(denied is not null and category <> 'duplicate'), false) as is_more_than_duplicate,
        coalesce(bool_or(has_other_than_97), false) as has_other_than_97,
        sum(patient_share) as patient_share,
        sum(contractual) as contractual,
        bool_or(has_patient_share) as has_patient_share
    from by_category
    group by line_id
)

select
    l.line_id,
    l.clp_id,
    coalesce(b.patient_share, 0) as patient_share,
    coalesce(b.contractual, 0) as contractual,
    b.cause.category as root_cause,
    coalesce(b.cause.liability, false) as is_patients,
    b.cause is not null
    and b.is_more_than_duplicate
    and not (not b.has_other_than_97 and coalesce(p.medicare_status = 'B', false)) as has_denial,
    case when a.is_reversal then -l.charge else l.charge end > 0
    and l.paid = 0
    and not coalesce(b.has_patient_share, false)
    and b.cause is not null as is_refused,
    coalesce(not b.is_more_than_duplicate, false) as is_duplicate
from line as l
inner join adjudication as a using (clp_id)
left join by_line as b using (line_id)
left join procedures as p using (cpt_code);
