-- One adjustment for each posting by hand that takes money off a charge. What a remittance brought is marked
-- by its payer or its reason code, and is read from the remittance. The charge is the line of the encounter
-- with the same code and modifiers; of several the first.
with

charges as (
    select
        encounter,
        code,
        coalesce(modifier, '') as modifier,
        min(try_cast(id as bigint)) as charge_id
    from billing
    where activity = '1' and code_type in ('CPT4', 'HCPCS')
    group by encounter, code, coalesce(modifier, '')
)

select
    d.row_number,
    concat_ws('-', d.pid, d.encounter, d.sequence_no) as adjustment_id,
    cast(c.charge_id as varchar) as charge_id,
    case
        when regexp_matches(lower(d.memo), 'bad debt|collection') then 'bad_debt'
        when regexp_matches(lower(d.memo), 'small|balance') then 'small_balance'
        when regexp_matches(lower(d.memo), 'timely') then 'timely_filing'
        when regexp_matches(lower(d.memo), 'courtesy|discount|hardship') then 'courtesy'
        when regexp_matches(lower(d.memo), 'contract|allow|ins adj') then 'contractual'
        else 'other'
    end as kind,
    d.adj_amount as amount,
    left(d.post_time, 10) as posted_on,
    case
        when d.deleted is not null then 'A posting that was deleted.'
        when coalesce(try_cast(d.adj_amount as decimal(18, 2)), 0) = 0 then 'No adjustment.'
        when d.payer_type <> '0' or d.reason_code is not null then 'Of a payer: read from its remittance.'
    end as left_out
from delivered as d
left join charges as c
    on d.encounter = c.encounter and d.code = c.code and coalesce(d.modifier, '') = c.modifier
