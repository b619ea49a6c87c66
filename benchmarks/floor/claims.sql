-- Submissions and what became of them, claims with the slice they belong to.

-- Numbers that replace another claim's chain to it by the payer's control number (REF*F8).
create temp table claim_number as
with recursive numbers as (
    select number, bool_or(coalesce(frequency, '1') not in ('7', '8')) as is_original
    from clm
    inner join batch_837 using (set_id)
    where sent_on <= as_of()
    group by number
),

told as (
    select control_number, number, paid_on as told_on, set_id from clp where paid_on <= as_of()
    union all
    select control_number, number, status_on, set_id from status_277 where status_on <= as_of()
),

links as (
    select
        c.number,
        arg_min(told.number, (b.sent_on, b.sent_time, c.submission_id, told.told_on, told.set_id, told.number))
            as target
    from clm as c
    inner join batch_837 as b using (set_id)
    inner join numbers as n on c.number = n.number and not n.is_original
    inner join told on c.replaces = told.control_number and c.number <> told.number
    where b.sent_on <= as_of() and told.number in (select number from numbers)
    group by c.number
),

walk as (
    select number, target, 1 as depth from links
    union all
    select w.number, l.target, w.depth + 1
    from walk as w
    inner join links as l on w.target = l.number
    where w.depth < 10
)

select n.number, coalesce(w.target, n.number) as claim
from numbers as n
left join walk as w on n.number = w.number and w.target not in (select number from links);

-- n is the order of all submissions.
create temp table submission as
select
    c.submission_id as id,
    c.number,
    k.claim,
    coalesce(c.sequence, 'P') as sequence,
    coalesce(c.frequency, '1') as frequency,
    c.edi_payer,
    c.npi,
    b.*,
    row_number() over (order by b.sent_on, b.sent_time, c.submission_id) as n
from clm as c
inner join batch_837 as b using (set_id)
inner join claim_number as k using (number)
where b.sent_on <= as_of();

-- Claim payments of known claims.
create temp table adjudication as
with turns as (
    select claim, edi_payer, arg_min(sequence, n) as sequence
    from submission
    where edi_payer is not null
    group by claim, edi_payer
)

select
    c.clp_id,
    c.set_id,
    k.claim,
    case
        when c.status in ('1', '19') then 'P' when c.status in ('2', '20') then 'S'
        when c.status in ('3', '21') then 'T' else coalesce(t.sequence, 'P')
    end as sequence,
    c.status,
    c.control_number,
    c.paid_on,
    c.service_on,
    c.charge,
    c.paid,
    c.lines,
    coalesce(c.status = '22', false) as is_reversal,
    coalesce(c.status not in ('22', '23', '25'), true) as can_stand
from clp as c
inner join claim_number as k using (number)
left join turns as t on k.claim = t.claim and c.edi_payer = t.edi_payer
where c.paid_on <= as_of();

-- An acknowledgment speaks of the latest use of a control number before it.
create temp table outcome as
with ta1 as (
    select arg_max(s.isa_id, (s.isa_on, s.set_id)) as isa_id
    from rejection_ta1 as t
    inner join submission as s on t.isa13 = s.isa13 and s.isa_on <= t.said_on
    where t.said_on <= as_of()
    group by t.set_id
),

answered_sets as (
    select arg_max(s.gs_id, (s.gs_on, s.set_id)) as gs_id, r.st02
    from rejection_999 as r
    inner join submission as s on r.gs06 = s.gs06 and s.gs_on <= r.said_on
    where r.said_on <= as_of()
    group by r.set_id, r.gs06, r.st02, r.code
),

statuses as (
    select * from status_277
    inner join categories on category = category_code and (is_acceptance or is_rejection)
    where status_on <= as_of()
),

words as (
    select
        arg_max(s.id, (coalesce(s.batch = a.batch, false), s.n)) as id,
        a.is_rejection,
        a.is_acceptance,
        a.is_payer
    from statuses as a
    inner join submission as s on a.number = s.number and s.sent_on <= a.status_on
    group by a.number, a.batch, a.status_on, a.category, a.is_rejection, a.is_acceptance, a.is_payer
    union all
    select s.id, b.is_rejection, b.is_acceptance, b.is_payer
    from (
        select arg_max(s.set_id, s.n) as set_id, a.is_rejection, a.is_acceptance, a.is_payer
        from statuses as a
        inner join submission as s on a.batch = s.batch and s.sent_on <= a.status_on
        where not a.has_claims
        group by a.batch, a.status_on, a.category, a.is_rejection, a.is_acceptance, a.is_payer
    ) as b
    inner join submission as s using (set_id)
    union all
    select id, true, false, false from submission inner join ta1 using (isa_id)
    union all
    select s.id, true, false, false
    from answered_sets as r
    inner join submission as s on r.gs_id = s.gs_id and coalesce(r.st02, s.st02) = s.st02
),

judged as (
    select
        id,
        coalesce(bool_or(is_rejection), false) as is_rejected,
        coalesce(bool_or(is_acceptance), false) as is_accepted,
        coalesce(bool_or(is_acceptance and is_payer), false) as is_accepted_by_payer
    from submission
    left join words using (id)
    group by id
),

paid as (
    select distinct arg_max(s.id, s.n) as id
    from (select distinct claim, sequence, paid_on from adjudication) as a
    inner join submission as s using (claim, sequence)
    where s.sent_on <= a.paid_on and s.id in (select id from judged where not is_rejected)
    group by a.claim, a.sequence, a.paid_on
)

select
    id,
    is_rejected,
    not is_rejected and (is_accepted or paid.id is not null) as is_accepted,
    not is_rejected and (is_accepted_by_payer or paid.id is not null) as is_accepted_by_payer
from judged
left join paid using (id);

-- Primary claims. A claim that was only answered as primary has the slice of the submission it came from.
create temp table claim as
with firsts as (
    select
        claim,
        arg_min(s, (s.sequence <> 'P', s.n)) as s
    from submission as s
    where
        claim in (select claim from submission where sequence = 'P')
        or claim in (select claim from adjudication where sequence = 'P')
    group by claim
),

lines as (
    select
        submission_id,
        arg_min({'charge_id': charge_id, 'npi': npi}, line_number) as line,
        min(service_on) as first_service_on
    from clm_line
    where submission_id in (select s.id from firsts)
    group by submission_id
),

sliced as (
    select
        f.claim,
        f.s.id as submission_id,
        f.s.edi_payer as edi_payer,
        f.s.sequence = 'P' as is_submitted,
        f.s.sent_on as first_submitted_on,
        l.first_service_on,
        v.visit_id,
        v.payer_id as visit_payer_id,
        v.clinic_id,
        v.provider_id,
        coalesce(l.line.npi, f.s.npi) as npi
    from firsts as f
    left join lines as l on f.s.id = l.submission_id
    left join charges as c on l.line.charge_id = c.charge_id
    left join visit as v on c.visit_id = v.visit_id
)

select
    s.claim,
    s.submission_id,
    s.is_submitted,
    s.first_submitted_on,
    s.first_service_on,
    -- Several payers may share an id: the visit's, else the first of them.
    coalesce(max(p.payer_id) filter (where p.payer_id = s.visit_payer_id), min(p.payer_id)) as payer_id,
    s.clinic_id,
    coalesce(any_value(s.provider_id), min(n.provider_id)) as provider_id
from sliced as s
left join payers as p on s.edi_payer = p.edi_payer_id
left join providers as n on s.npi = n.npi and s.visit_id is null
group by all;
