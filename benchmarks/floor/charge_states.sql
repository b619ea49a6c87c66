-- Which claim payment a reversal cancels depends on all before it.
create temp table reversal as
with recursive events as (
    select *, row_number() over (partition by claim, sequence order by paid_on, clp_id) as turn
    from adjudication
    semi join (select claim, sequence from adjudication where is_reversal) using (claim, sequence)
),

walk as (
    select
        claim, sequence, 0 as turn, cast([] as struct(clp_id bigint, control varchar)[]) as standing,
        cast(null as bigint) as reversal, cast(null as bigint) as cancelled
    from (select distinct claim, sequence from events)
    union all
    select
        claim,
        sequence,
        turn,
        list_filter(standing, lambda one: one.clp_id is distinct from cancelled)
        || case when can_stand then [{'clp_id': clp_id, 'control': control_number}] else [] end,
        case when is_reversal then clp_id end,
        cancelled
    from (
        select
            e.*,
            w.standing,
            case
                when e.is_reversal then coalesce(
                    list_filter(w.standing, lambda one: one.control = e.control_number)[-1].clp_id,
                    w.standing[-1].clp_id
                )
            end as cancelled
        from walk as w
        inner join events as e
            on w.claim = e.claim and w.sequence = e.sequence and w.turn + 1 = e.turn
    )
)

select reversal, cancelled from walk where reversal is not null;

-- Lines that found a charge, or are a part of a first adjudication.
create temp table answer as
with first_sets as (
    select claim, arg_min(set_id, (paid_on, clp_id)) as set_id
    from adjudication
    where sequence = 'P' and status in ('1', '4', '19')
    group by claim
),

only_duplicates as (
    select clp_id from verdict group by clp_id having bool_and(is_refused and is_duplicate)
),

reversed_denials as (
    select r.reversal as clp_id, m.charge_id
    from reversal as r
    inner join verdict as v on r.cancelled = v.clp_id
    inner join match as m using (line_id)
    group by all
    having bool_and(v.is_refused and v.has_denial)
)

select
    v.* exclude (has_denial, is_refused, is_duplicate, contractual),
    a.claim,
    a.sequence,
    a.paid_on,
    m.charge_id,
    l.charge,
    l.paid,
    case when a.is_reversal and m.charge_id is not null then d.charge_id is not null
        else v.is_refused and v.has_denial end as is_denied,
    v.has_denial and not v.is_refused and not a.is_reversal as is_partially_denied,
    case when a.sequence <> 'P' or is_denied then 0 else v.contractual end as contractual,
    a.can_stand and x.cancelled is null and o.clp_id is null as is_state,
    f.claim is not null and a.sequence = 'P' and a.status in ('1', '4', '19') as is_first
from verdict as v
inner join line as l using (line_id)
inner join adjudication as a on v.clp_id = a.clp_id
left join match as m using (line_id)
left join reversed_denials as d on v.clp_id = d.clp_id and m.charge_id = d.charge_id
left join (select distinct cancelled from reversal) as x on v.clp_id = x.cancelled
left join only_duplicates as o on v.clp_id = o.clp_id
left join first_sets as f on a.claim = f.claim and a.set_id = f.set_id;

-- What payers paid for a charge, and its state after the last claim payment that stands.
create temp table charge_state as
with last_ones as (
    select
        charge_id,
        max((paid_on, clp_id)) filter (where is_state) as any_last,
        max((paid_on, clp_id)) filter (where is_state and sequence = 'P') as primary_last,
        sum(paid) as payer_paid,
        sum(case when sequence = 'P' then 0 else paid end) as other_paid
    from answer
    where charge_id is not null
    group by charge_id
)

select
    o.charge_id,
    any_value(o.payer_paid) as payer_paid,
    any_value(o.other_paid) as other_paid,
    coalesce(sum(a.patient_share) filter (where (a.paid_on, a.clp_id) = o.any_last), 0) as patient_share,
    any_value(o.primary_last) is not null as is_adjudicated,
    sum(a.contractual) filter (where a.sequence = 'P' and (a.paid_on, a.clp_id) = o.primary_last)
        as contractual,
    coalesce(
        bool_and(a.is_denied) filter (where a.sequence = 'P' and (a.paid_on, a.clp_id) = o.primary_last),
        false
    ) as is_denied
from last_ones as o
inner join answer as a using (charge_id)
group by o.charge_id;
