-- Run on each portion of the X12 files: `sets` are its transaction sets, segments between \x1c.

insert into batch_837
select
    set_id, isa_id, isa13, x12_day('20' || isa09), gs_id, gs06, x12_day(gs04), st02,
    element(left(body, 500), 'BHT', 3),
    x12_day(element(left(body, 500), 'BHT', 4)),
    element(left(body, 500), 'BHT', 5)
from sets
where kind = '837';

-- A claim beside what stands before the first claim of its subscriber (HL 22), whose loops for other
-- payers and patients are cut off.
create or replace table portion.clm as
with loops as (
    select
        set_id,
        unnest(loops) as loop,
        generate_subscripts(loops, 1) as loop_number
    from (
        select
            set_id,
            segments(
                regexp_replace(
                    body, '\x1cHL\x1d[^\x1d]*\x1d[^\x1d]*\x1d(2[02])\x1d', E'\x1cLOOP\x1d\\1\x1d', 'g'
                ),
                'LOOP'
            ) as loops
        from sets
        where kind = '837'
    )
),

claims as (
    select set_id, loop_number, segments(loop, 'CLM') as parts from loops where loop[1:2] = '22'
),

texts as (
    select
        set_id,
        loop_number,
        parts[1] as subscriber,
        generate_subscripts(parts[2:], 1) as place,
        segments(split_part(unnest(parts[2:]), E'\x1cHL\x1d', 1), 'LX') as parts
    from claims
)

select
    (set_id * 1000000 + loop_number) * 1000 + place as submission_id,
    set_id,
    subscriber,
    split_part(parts[1], E'\x1cSBR\x1d', 1) as claim,
    parts[2:] as lines
from texts;

insert into clm
select
    submission_id,
    set_id,
    trim(elements(claim)[1]),
    upper(element(subscriber, 'SBR', 1)),
    code(split_part(elements(claim)[5], E'\x1f', 3)),
    element(subscriber, E'NM1\x1dPR', 8),
    element(claim, E'NM1\x1d82', 8),
    element(claim, E'REF\x1dF8', 1)
from portion.clm;

insert into clm_line
with lines as (
    select
        submission_id, unnest(lines) as line, generate_subscripts(lines, 1) as line_number
    from portion.clm
),

parts as (
    select
        *,
        string_split(segment(line, 'SV1'), E'\x1d') as sv1,
        string_split(split_part(segment(line, 'SV1'), E'\x1d', 1), E'\x1f') as procedure
    from lines
)

select
    submission_id,
    line_number,
    element(line, E'REF\x1d6R', 1),
    code(procedure[2]),
    modifier_set(procedure),
    x12_day(element(line, E'DTP\x1d472', 2)),
    sv1[2],
    element(line, E'NM1\x1d82', 8)
from parts;

create or replace table portion.clp as
with claims as (
    select set_id, segments(body, 'CLP') as claims from sets where kind = '835'
),

heads as (
    select
        set_id,
        claims[1] as head,
        split_part(segments(claims[1], E'N1\x1dPR')[2], E'\x1cN1\x1d', 1) as payer,
        claims[2:] as claims
    from claims
),

texts as (
    select
        set_id,
        coalesce(element(payer, E'REF\x1d2U', 1), nullif(trim(elements(payer)[3]), '')) as edi_payer,
        x12_day(coalesce(element(head, 'BPR', 16), element(head, E'DTM\x1d405', 1))) as paid_on,
        generate_subscripts(claims, 1) as place,
        segments(unnest(claims), 'SVC') as parts
    from heads
)

select
    set_id * 1000000 + place as clp_id,
    set_id,
    edi_payer,
    paid_on,
    parts[1] as claim,
    elements(parts[1]) as elements,
    parts[2:] as lines
from texts;

insert into clp
select
    clp_id,
    set_id,
    trim(elements[1]),
    nullif(trim(elements[2]), ''),
    nullif(trim(elements[7]), ''),
    edi_payer,
    paid_on,
    x12_day(element(claim, E'DTM\x1d232', 1)),
    elements[3],
    elements[4],
    len(lines)
from portion.clp;

create or replace table portion.svc as
select
    clp_id,
    x12_day(element(claim, E'DTM\x1d232', 1)) as claim_service_on,
    unnest(lines) as line,
    generate_subscripts(lines, 1) as line_number
from portion.clp;

insert into svc
with parts as (
    select
        *,
        elements(line) as svc,
        string_split(coalesce(nullif(trim(elements(line)[6]), ''), elements(line)[1]), E'\x1f') as procedure
    from portion.svc
)

select
    clp_id,
    line_number,
    element(line, E'REF\x1d6R', 1),
    code(procedure[2]),
    modifier_set(procedure),
    coalesce(
        x12_day(coalesce(element(line, E'DTM\x1d472', 1), element(line, E'DTM\x1d150', 1))),
        claim_service_on
    ),
    svc[2],
    svc[3]
from parts;

insert into cas
with texts as (
    select clp_id, null as line_number, segments(claim, 'CAS')[2:] as texts
    from portion.clp
    union all
    select clp_id, line_number, segments(line, 'CAS')[2:] as texts
    from portion.svc
),

segments as (
    select
        clp_id, line_number, elements(unnest(texts)) as cas, generate_subscripts(texts, 1) as number
    from texts
),

triplets as (
    select *, unnest(range(2, len(cas) + 1, 3)) as place from segments
)

select clp_id, line_number, number * 100 + place, code(cas[1]), code(cas[place]), cas[place + 1]
from triplets
where trim(cas[place]) <> '';

-- Loops of a 277CA: receivers (HL 21), which name the batch, and below them patients with their claims.
insert into status_277
with receivers as (
    select
        set_id,
        unnest(
            segments(
                regexp_replace(body, '\x1cHL\x1d[^\x1d]*\x1d[^\x1d]*\x1d21\x1d', E'\x1cLOOP\x1d', 'g'),
                'LOOP'
            )[2:]
        ) as receiver
    from sets
    where kind = '277'
),

batches as (
    select
        set_id,
        split_part(receiver, E'\x1cHL\x1d', 1) as head,
        list_filter(segments(receiver, 'HL')[2:], lambda loop: code(elements(loop)[3]) = 'PT') as patients
    from receivers
),

texts as (
    select
        set_id,
        element(head, 'TRN', 2) as batch,
        len(patients) > 0 as has_claims,
        null as claim,
        segments(head, 'STC')[2:] as statuses
    from batches
    union all
    select set_id, batch, true, claim, segments(claim, 'STC')[2:] as statuses
    from (
        select
            set_id,
            batch,
            split_part(unnest(segments(patient, 'TRN')[2:]), E'\x1cSVC\x1d', 1) as claim
        from (
            select set_id, element(head, 'TRN', 2) as batch, unnest(patients) as patient
            from batches
        )
    )
)

select
    set_id,
    batch,
    has_claims,
    nullif(trim(elements(claim)[2]), ''),
    element(claim, E'REF\x1d1K', 1),
    x12_day(nullif(trim(elements(status)[2]), '')),
    code(split_part(elements(status)[1], E'\x1f', 1))
from (select * exclude (statuses), unnest(statuses) as status from texts);

insert into rejection_999
with groups as (
    select set_id, gs04, unnest(segments(body, 'AK1')[2:]) as text from sets where kind = '999'
),

words as (
    select set_id, gs04, text, cast(null as varchar) as st02, element(text, 'AK9', 1) as code
    from groups
    union all
    select
        set_id,
        gs04,
        text,
        trim(elements(answer)[2]),
        coalesce(element(answer, 'IK5', 1), element(answer, 'AK5', 1))
    from (select *, unnest(segments(text, 'AK2')[2:]) as answer from groups)
)

select
    regexp_replace(trim(elements(text)[2]), '^0+([0-9]+)$', '\1'), st02, x12_day(gs04), set_id, upper(code)
from words
where code(elements(text)[1]) = 'HC' and upper(code) in ('R', 'M', 'W', 'X');

insert into rejection_ta1
select set_id, isa13, x12_day('20' || isa09)
from sets
where kind = 'TA1' and upper(ta1_code) = 'R';
