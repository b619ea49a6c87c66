-- One row per charge and modifier rule that applies to it, and finding.
create temp table judgement as
with assistants as (
    select
        visit_id,
        cpt_code,
        coalesce(category in ('evaluation', 're_evaluation'), false) as is_evaluation,
        coalesce(timing = 'timed', false) as is_timed,
        sum(units) as units,
        sum(minutes) as n,
        sum(
            case
                when assistant_minutes is null and coalesce(credential in ('PTA', 'OTA'), false) then minutes
                else coalesce(assistant_minutes, 0)
            end
        ) as a,
        coalesce(sum(units) filter (where has(modifiers, ['CQ', 'CO'])), 0) as marked,
        min(charge_id) filter (where has(modifiers, ['CQ', 'CO'])) as first_marked,
        min(charge_id) filter (where not has(modifiers, ['CQ', 'CO'])) as first_unmarked
    from charge
    where wants_assistant and service_date >= date '2020-01-01'
    group by all
    having
        bool_or(
            assistant_minutes is not null or coalesce(credential in ('PTA', 'OTA'), false)
            or has(modifiers, ['CQ', 'CO'])
        )
        and (is_evaluation or count(*) = count(minutes))
),

assistant_units as (
    select
        *,
        least(
            units,
            case
                when is_evaluation then 0
                when not is_timed then case when 10 * a > n then units else 0 end
                when
                    units - (n - a) // 15 - a // 15 = 1
                    and (n - a) % 15 < 8
                    and 10 * (a % 15) > a % 15 + (n - a) % 15
                    then a // 15 + 1
                when units - (n - a) // 15 - a // 15 >= 2 and a % 15 >= 9 then a // 15 + 1
                else a // 15
            end
        ) as due
    from assistants
),

-- Dollars of strictly earlier days of the year, PT and SLP together.
days as (
    select
        patient_id,
        discipline_modifier = 'GO' as is_ot,
        service_date,
        coalesce(
            sum(allowed) filter (where is_always_therapy and not has(modifiers, ['GY', 'GZ']) and not is_denied),
            0
        ) as amount
    from charge_balance
    where payer_type = 'medicare' and discipline_modifier is not null
    group by all
),

accruals as (
    select
        d.*,
        coalesce(sum(d.amount) over (
            partition by d.patient_id, d.is_ot, year(d.service_date) order by d.service_date
            rows between unbounded preceding and 1 preceding
        ), 0) > t.pt_slp_threshold as is_above
    from days as d
    inner join thresholds as t on year(d.service_date) = t.calendar_year
),

edited as (
    select
        c.*,
        coalesce(k.organization_name, '') as billing_group,
        has(c.modifiers, ['59', 'XE', 'XP', 'XS', 'XU']) as is_distinct
    from charge as c
    left join clinics as k using (clinic_id)
    where not exists (
        select 1 from exempt_payers as e
        where e.payer_id = c.payer_id and is_in_force(c.service_date, e.effective_from, e.effective_to)
    )
),

pairs as (
    select
        a.charge_id as paid_charge, b.charge_id as bundled_charge, e.modifier_indicator = '1' as may_be_paid,
        bool_or(a.is_distinct or b.is_distinct) as is_distinct
    from edited as a
    inner join edits as e on a.cpt_code = e.column_1_code
    inner join edited as b
        on
            e.column_2_code = b.cpt_code and a.patient_id = b.patient_id and a.service_date = b.service_date
            and a.billing_group = b.billing_group and a.charge_id <> b.charge_id
    where
        a.service_date >= coalesce(cast(e.effective_from as date), a.service_date)
        and (e.deleted_on is null or a.service_date < cast(e.deleted_on as date))
        and e.modifier_indicator in ('0', '1')
    group by all
),

sides as (
    select bundled_charge as charge_id, may_be_paid, may_be_paid and not is_distinct as is_missing,
        not may_be_paid as is_conflicting
    from pairs
    union all
    select paid_charge, may_be_paid, false, false from pairs
),

distinct_charges as (
    select
        c.charge_id,
        coalesce(bool_or(s.is_missing), false) as is_missing,
        coalesce(bool_or(s.is_conflicting), false) as is_conflicting,
        c.is_distinct and not coalesce(bool_or(s.may_be_paid), false) as is_unjustified
    from edited as c
    left join sides as s using (charge_id)
    where c.is_distinct or s.charge_id is not null
    group by c.charge_id, c.is_distinct
)

select
    charge_id,
    'M-DISCIPLINE' as rule,
    case len(list_intersect(modifiers, ['GP', 'GO', 'GN']))
        when 0 then 'missing'
        when 1 then case when not list_contains(modifiers, discipline_modifier) then 'unjustified' end
        else 'conflicting'
    end as finding
from charge
where is_always_therapy and wants_discipline and discipline_modifier is not null
union all
select
    c.charge_id,
    'M-ASSISTANT',
    case
        when u.marked < u.due and c.charge_id = u.first_unmarked then 'missing'
        when u.marked > u.due and c.charge_id = u.first_marked then 'unjustified'
    end
from charge as c
inner join assistant_units as u using (visit_id, cpt_code)
union all
select
    charge_id,
    'M-TELEHEALTH',
    case
        when not is_telehealth then 'unjustified'
        when
            not coalesce(place_of_service in ('02', '10'), false)
            or not (coalesce(payer_type = 'medicare', false) or has(modifiers, ['95', '93']))
            then 'missing'
    end
from charge
where
    is_telehealth or coalesce(place_of_service in ('02', '10'), false)
    or has(modifiers, ['95', '93', 'GT', 'GQ'])
union all
select
    c.charge_id,
    'M-KX',
    case when a.is_above and not has(c.modifiers, ['KX']) then 'missing'
        when not a.is_above and has(c.modifiers, ['KX']) then 'unjustified' end
from charge as c
inner join accruals as a
    on
        c.patient_id = a.patient_id and c.service_date = a.service_date
        and (c.discipline_modifier = 'GO') = a.is_ot
where c.payer_type = 'medicare' and (has(c.modifiers, ['KX']) or (a.is_above and c.is_always_therapy))
union all
select
    charge_id,
    'M-DISTINCT',
    unnest(
        case
            when is_missing or is_conflicting or is_unjustified
                then list_filter(
                    [
                        case when is_missing then 'missing' end,
                        case when is_conflicting then 'conflicting' end,
                        case when is_unjustified then 'unjustified' end
                    ],
                    lambda one: one is not null
                )
            else [null]
        end
    )
from distinct_charges
union all
select
    charge_id,
    'M-LIABILITY',
    case
        when
            (has(modifiers, ['GA']) and has(modifiers, ['GZ', 'GX', 'KX']))
            or (has(modifiers, ['KX']) and has(modifiers, ['GZ']))
            then 'conflicting'
    end
from charge
where has(modifiers, ['GA', 'GZ', 'GX', 'GY']);
