-- One row per submission and acknowledgment (TA1, 999, 277CA) that says something of it: accepted
-- or rejected, by whom, when. Acknowledgments that neither accept nor reject are left out.
with

run as (select * from {{ ref('stg_load__run') }}),

submissions as (select * from {{ ref('int_claims__submissions') }}),

sent_sets as (select * from {{ ref('int_claims__sent_sets') }}),

interchanges as (
    select
        interchange_id,
        isa13,
        interchange_date,
        max(set_order) as set_order
    from sent_sets
    group by interchange_id, isa13, interchange_date
),

-- Control numbers come back after some time: an acknowledgment speaks of their latest use before it.
rejected_interchanges as (
    select
        i.interchange_id,
        t.acknowledgment_code as code,
        t.acknowledged_on,
        t.source_file
    from {{ ref('stg_x12_ta1__acknowledgments') }} as t
    cross join run
    inner join interchanges as i
        on t.isa13_acknowledged = i.isa13 and i.interchange_date <= t.acknowledged_on
    where t.acknowledgment_code = 'R' and t.acknowledged_on <= run.as_of
    qualify row_number() over (
        partition by t.source_file, t.interchange_number, t.isa13_acknowledged
        order by i.interchange_date desc, i.set_order desc
    ) = 1
),

claim_groups as (
    select
        group_id,
        gs06,
        group_date,
        max(set_order) as set_order
    from sent_sets
    group by group_id, gs06, group_date
),

functional_acknowledgments as (
    select
        transaction_set_id,
        gs06_acknowledged,
        cast(null as string) as st02_acknowledged,
        group_status as code,
        acknowledged_on,
        source_file
    from {{ ref('stg_x12_999__groups') }}
    where functional_code = 'HC' and group_status in ('R', 'M', 'W', 'X')
    union all
    select
        transaction_set_id,
        gs06_acknowledged,
        st02_acknowledged,
        set_status as code,
        acknowledged_on,
        source_file
    from {{ ref('stg_x12_999__sets') }}
    where functional_code = 'HC' and set_status in ('R', 'M', 'W', 'X')
),

rejected_sets as (
    select
        g.group_id,
        f.st02_acknowledged,
        f.code,
        f.acknowledged_on,
        f.source_file
    from functional_acknowledgments as f
    cross join run
    inner join claim_groups as g
        on f.gs06_acknowledged = g.gs06 and g.group_date <= f.acknowledged_on
    where f.acknowledged_on <= run.as_of
    qualify row_number() over (
        partition by f.transaction_set_id, f.gs06_acknowledged, coalesce(f.st02_acknowledged, ''), f.code
        order by g.group_date desc, g.set_order desc
    ) = 1
),

categories as (select * from {{ ref('stg_reference__claim_status_categories') }}),

claim_statuses as (
    select
        a.claim_id,
        a.batch_reference,
        a.status_date,
        a.category_code,
        min(a.source_file) as source_file
    from {{ ref('int_scope__claim_statuses') }} as a
    cross join run
    where a.status_date <= run.as_of
    group by a.claim_id, a.batch_reference, a.status_date, a.category_code
),

judged_claims as (
    select
        s.submission_id,
        a.category_code as code,
        a.status_date as acknowledged_on,
        a.source_file
    from claim_statuses as a
    inner join submissions as s
        on a.claim_id = s.submitted_claim_id and s.submitted_on <= a.status_date
    qualify row_number() over (
        partition by a.claim_id, a.batch_reference, a.status_date, a.category_code
        order by
            case when s.batch_reference = a.batch_reference then 0 else 1 end,
            s.submission_order desc
    ) = 1
),

batch_statuses as (
    select
        b.batch_reference,
        b.status_date,
        b.category_code,
        min(b.source_file) as source_file
    from {{ ref('stg_x12_277ca__batch_statuses') }} as b
    cross join run
    where not b.has_claims and b.status_date <= run.as_of
    group by b.batch_reference, b.status_date, b.category_code
),

judged_batches as (
    select
        s.transaction_set_id,
        b.category_code as code,
        b.status_date as acknowledged_on,
        b.source_file
    from batch_statuses as b
    inner join sent_sets as s
        on b.batch_reference = s.batch_reference and s.submitted_on <= b.status_date
    qualify row_number() over (
        partition by b.batch_reference, b.status_date, b.category_code
        order by s.submitted_on desc, s.submitted_time desc nulls first, s.set_order desc
    ) = 1
),

statements as (
    select s.submission_id, 'TA1' as acknowledgment, r.code, r.acknowledged_on, r.source_file
    from rejected_interchanges as r
    inner join submissions as s on r.interchange_id = s.interchange_id
    union all
    select s.submission_id, '999' as acknowledgment, r.code, r.acknowledged_on, r.source_file
    from rejected_sets as r
    inner join submissions as s
        on r.group_id = s.group_id and (r.st02_acknowledged = s.st02 or r.st02_acknowledged is null)
    union all
    select submission_id, '277CA' as acknowledgment, code, acknowledged_on, source_file
    from judged_claims
    union all
    select s.submission_id, '277CA' as acknowledgment, b.code, b.acknowledged_on, b.source_file
    from judged_batches as b
    inner join submissions as s on b.transaction_set_id = s.transaction_set_id
)

select
    a.submission_id,
    a.acknowledgment,
    a.code,
    a.acknowledged_on,
    coalesce(c.is_acceptance, false) as is_acceptance,
    coalesce(c.is_rejection, true) as is_rejection,
    coalesce(c.is_payer, false) as is_payer_acceptance,
    a.source_file
from statements as a
left join categories as c on a.acknowledgment = '277CA' and a.code = c.category_code
where a.acknowledgment <> '277CA' or c.is_acceptance or c.is_rejection
