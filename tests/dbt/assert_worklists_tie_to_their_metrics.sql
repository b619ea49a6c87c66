-- A worklist lists more or less, in rows or in dollars, than the metric counts that it should mend: people
-- work a wrong list. The data engineer acts.
{{ config(meta={'dagster': {'ref': {'name': 'unbilled_visits'}}}) }}
with

lists as (
    select
        'unsigned_notes' as worklist,
        count(*) as listed_rows,
        cast(0 as decimal(18, 2)) as listed_amount
    from {{ ref('unsigned_notes') }}
    union all
    select
        'unbilled_visits' as worklist,
        count(*) as listed_rows,
        {{ amount_where('at_stake_amount') }} as listed_amount
    from {{ ref('unbilled_visits') }}
    union all
    select
        'underpayments' as worklist,
        count(*) as listed_rows,
        {{ amount_where('at_stake_amount') }} as listed_amount
    from {{ ref('underpayments') }}
),

metrics as (
    select
        'unsigned_notes' as worklist,
        coalesce(sum(unsigned_notes), 0) as metric_rows,
        cast(0 as decimal(18, 2)) as metric_amount
    from {{ ref('documentation_timeliness') }}
    union all
    select
        'unbilled_visits' as worklist,
        coalesce(sum(denominator - numerator), 0) as metric_rows,
        {{ amount_where('unbilled_expected') }} as metric_amount
    from {{ ref('visits_billed_rate') }}
    union all
    select
        'underpayments' as worklist,
        coalesce(sum(numerator), 0) as metric_rows,
        {{ amount_where('underpaid_amount') }} as metric_amount
    from {{ ref('underpayment_rate') }}
)

select l.worklist
from lists as l
inner join metrics as m on l.worklist = m.worklist
where l.listed_rows <> m.metric_rows or l.listed_amount <> m.metric_amount
