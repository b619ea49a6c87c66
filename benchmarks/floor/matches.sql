-- Lines to charges that the claim submitted: by REF*6R, else by form, else by form without modifiers.
create temp table match as
with submitted as (
    select s.claim, l.*, s.n * 1000 + l.line_number as place
    from submission as s
    inner join clm_line as l on s.id = l.submission_id
    where l.charge_id in (select charge_id from charges)
)

select l.line_id, l.charge_id
from line as l
inner join adjudication as a using (clp_id)
semi join submitted as s on a.claim = s.claim and l.charge_id = s.charge_id;

create macro open_lines() as table
    select l.*, a.claim
    from line as l
    inner join adjudication as a using (clp_id)
    anti join match using (line_id)
    where not l.is_stand_in;
create macro open_charges() as table
    select o.clp_id, l.*, s.n * 1000 + l.line_number as place
    from (select distinct clp_id, claim from open_lines()) as o
    inner join submission as s using (claim)
    inner join clm_line as l on s.id = l.submission_id
    where
        l.charge_id in (select charge_id from charges)
        and (o.clp_id, l.charge_id) not in (
            select m.line_id // 1000, m.charge_id
            from match as m
            where m.line_id // 1000 in (select clp_id from open_lines())
        );

insert into match
with lines as (
    select *, row_number() over (
        partition by clp_id, cpt_code, service_on, abs(charge), modifiers order by line_id
    ) as turn
    from open_lines()
),

candidates as (
    select clp_id, charge_id, cpt_code, service_on, amount, modifiers, row_number() over (
        partition by clp_id, cpt_code, service_on, amount, modifiers order by min(place), charge_id
    ) as turn
    from open_charges()
    group by clp_id, charge_id, cpt_code, service_on, amount, modifiers
)

select l.line_id, c.charge_id
from lines as l
inner join candidates as c
    on
        l.clp_id = c.clp_id and l.cpt_code = c.cpt_code and l.service_on = c.service_on
        and abs(l.charge) = c.amount and l.modifiers = c.modifiers and l.turn = c.turn
qualify row_number() over (partition by l.clp_id, c.charge_id order by l.line_id) = 1;

insert into match
with lines as (
    select *, row_number() over (
        partition by clp_id, cpt_code, service_on, abs(charge) order by line_id
    ) as turn
    from open_lines()
),

candidates as (
    select clp_id, charge_id, cpt_code, service_on, amount, row_number() over (
        partition by clp_id, cpt_code, service_on, amount order by min(place), charge_id
    ) as turn
    from open_charges()
    group by clp_id, charge_id, cpt_code, service_on, amount
)

select l.line_id, c.charge_id
from lines as l
inner join candidates as c
    on
        l.clp_id = c.clp_id and l.cpt_code = c.cpt_code and l.service_on = c.service_on
        and abs(l.charge) = c.amount and l.turn = c.turn
qualify row_number() over (partition by l.clp_id, c.charge_id order by l.line_id) = 1;
