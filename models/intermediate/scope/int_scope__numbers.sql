-- One row per claim number that tonight concerns: it stands in a transaction set that came, or whose day
-- came, since the facts were last built; an acknowledgment of its whole set, group or interchange came;
-- or it belongs to another claim than it did.
with

mode as (select * from {{ ref('int_scope__mode') }}),

days as (
    select
        built.as_of as after_day,
        run.as_of as last_day
    from {{ ref('stg_load__run') }} as run
    cross join {{ source('built', 'run') }} as built
),

new_versions as (select * from {{ ref('int_scope__new_versions') }}),

new_sets as (
    select s.transaction_set_id
    from {{ ref('stg_x12__transaction_sets') }} as s
    inner join new_versions as n
        on n.kind = 'set' and n.version = concat_ws('|', s.transaction_set_id, s.source_file)
),

{% set dated = {
    'stg_x12_837__claims': 'submitted_on',
    'stg_x12_835__claims': 'payment_date',
    'stg_x12_277ca__claim_statuses': 'status_date',
} -%}
told as (
    {% for model, date in dated.items() -%}
    select c.claim_id
    from {{ ref(model) }} as c
    inner join new_sets as n on c.transaction_set_id = n.transaction_set_id
    union all
    select c.claim_id
    from {{ ref(model) }} as c
    cross join days
    where c.{{ date }} > days.after_day and c.{{ date }} <= days.last_day
    {{ 'union all' if not loop.last }}
    {% endfor -%}
),

-- A control number speaks of its latest use: sets that come late take word on it from others.
new_sent_sets as (
    select s.*
    from {{ ref('int_claims__sent_sets') }} as s
    cross join days
    where
        (s.submitted_on > days.after_day and s.submitted_on <= days.last_day)
        or s.transaction_set_id in (select transaction_set_id from new_sets)
),

-- What speaks of many claims at once, where it says something.
interchanges as (
    select t.isa13_acknowledged as isa13
    from {{ ref('stg_x12_ta1__acknowledgments') }} as t
    inner join new_sent_sets as s
        on t.isa13_acknowledged = s.isa13 and s.interchange_date <= t.acknowledged_on
    where t.acknowledgment_code = 'R'
    union all
    select t.isa13_acknowledged as isa13
    from {{ ref('stg_x12_ta1__acknowledgments') }} as t
    cross join days
    where
        t.acknowledgment_code = 'R'
        and (
            (t.acknowledged_on > days.after_day and t.acknowledged_on <= days.last_day)
            or t.source_file in (select version from new_versions where kind = 'file')
        )
),

groups as (
    {% for model, status in [('stg_x12_999__groups', 'group_status'), ('stg_x12_999__sets', 'set_status')] -%}
    select a.gs06_acknowledged as gs06
    from {{ ref(model) }} as a
    inner join new_sent_sets as s
        on a.gs06_acknowledged = s.gs06 and s.group_date <= a.acknowledged_on
    where a.functional_code = 'HC' and a.{{ status }} in ('R', 'M', 'W', 'X')
    union all
    select a.gs06_acknowledged as gs06
    from {{ ref(model) }} as a
    cross join days
    where
        a.functional_code = 'HC'
        and a.{{ status }} in ('R', 'M', 'W', 'X')
        and (
            (a.acknowledged_on > days.after_day and a.acknowledged_on <= days.last_day)
            or a.transaction_set_id in (select transaction_set_id from new_sets)
        )
    {{ 'union all' if not loop.last }}
    {% endfor -%}
),

batches as (
    select b.batch_reference
    from {{ ref('stg_x12_277ca__batch_statuses') }} as b
    inner join new_sent_sets as s
        on b.batch_reference = s.batch_reference and s.submitted_on <= b.status_date
    where not b.has_claims
    union all
    select b.batch_reference
    from {{ ref('stg_x12_277ca__batch_statuses') }} as b
    cross join days
    where
        not b.has_claims
        and (
            (b.status_date > days.after_day and b.status_date <= days.last_day)
            or b.transaction_set_id in (select transaction_set_id from new_sets)
        )
),

acknowledged as (
    select s.claim_id
    from {{ ref('stg_x12_837__claims') }} as s
    where
        s.isa13 in (select isa13 from interchanges)
        or s.gs06 in (select gs06 from groups)
        or s.batch_reference in (select batch_reference from batches)
),

moved as (
    select n.submitted_claim_id as claim_id
    from {{ ref('int_claims__claim_numbers') }} as n
    left join {{ source('built', 'claim_numbers') }} as b on n.submitted_claim_id = b.submitted_claim_id
    where b.claim_id is null or n.claim_id <> b.claim_id
),

concerned as (
    select claim_id from told
    union all
    select claim_id from acknowledged
    union all
    select claim_id from moved
)

select c.claim_id as submitted_claim_id
from concerned as c
inner join mode on mode.reason is null
where c.claim_id is not null
group by 1
