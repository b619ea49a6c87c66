-- What is kept of the X12 files: one table per kind of segment, with the elements that metrics need.
-- Ids are numbers in file order: a set, within it a claim, within it a line.
attach ':memory:' as portion (row_group_size 2048);  -- small groups, so that threads share the work

create temp table batch_837 (
    set_id bigint, isa_id bigint, isa13 varchar, isa_on date, gs_id bigint, gs06 varchar, gs_on date,
    st02 varchar, batch varchar, sent_on date, sent_time varchar
);
create temp table clm (
    submission_id bigint, set_id bigint, number varchar, sequence varchar, frequency varchar,
    edi_payer varchar, npi varchar, replaces varchar
);
create temp table clm_line (
    submission_id bigint, line_number integer, charge_id varchar, cpt_code varchar,
    modifiers varchar, service_on date, amount decimal(18, 2), npi varchar
);
create temp table clp (
    clp_id bigint, set_id bigint, number varchar, status varchar, control_number varchar,
    edi_payer varchar, paid_on date, service_on date, charge decimal(18, 2), paid decimal(18, 2),
    lines integer
);
create temp table svc (
    clp_id bigint, line_number integer, charge_id varchar, cpt_code varchar, modifiers varchar,
    service_on date, charge decimal(18, 2), paid decimal(18, 2)
);
create temp table cas (
    clp_id bigint, line_number integer, cas_number bigint, group_code varchar, carc varchar,
    amount decimal(18, 2)
);
create temp table status_277 (
    set_id bigint, batch varchar, has_claims boolean, number varchar, control_number varchar,
    status_on date, category varchar
);
create temp table rejection_999 (gs06 varchar, st02 varchar, said_on date, set_id bigint, code varchar);
create temp table rejection_ta1 (set_id bigint, isa13 varchar, said_on date);

create macro code(x) as nullif(upper(trim(x)), '');
create macro x12_day(x) as
    case when x is not null then cast(strptime(left(x, 8), '%Y%m%d') as date) end;
-- The elements after the name of the first such segment of a text, and one of them.
create macro segment(text, name) as
    split_part(split_part(text, concat(E'\x1c', name, E'\x1d'), 2), E'\x1c', 1);
create macro element(text, name, n) as
    nullif(trim(split_part(segment(text, name), E'\x1d', n)), '');
create macro segments(text, name) as string_split(text, concat(E'\x1c', name, E'\x1d'));
create macro elements(text) as string_split(split_part(text, E'\x1c', 1), E'\x1d');
-- Modifiers of a composite procedure, in an order of their own.
create macro modifier_set(parts) as
    array_to_string(list_sort(list_distinct(list_transform(parts[3:6], lambda one: code(one)))), ',');
