-- One row per 837P set that carries submissions dated on or before as_of: the interchange, group and
-- batch that acknowledgments name it by. Of the whole practice, whatever is rebuilt tonight: a number
-- that came back speaks of its latest use, whoever's claims that was.
with

run as (select * from {{ ref('stg_load__run') }}),

submissions as (select * from {{ ref('stg_x12_837__claims') }})

select
    s.transaction_set_id,
    s.interchange_id,
    s.isa13,
    s.interchange_date,
    s.group_id,
    s.gs06,
    s.group_date,
    s.batch_reference,
    s.submitted_on,
    s.submitted_time,
    s.set_order
from submissions as s
cross join run
where s.submitted_on <= run.as_of
group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
