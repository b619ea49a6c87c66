-- A refused line has no row in fct_denial, or metrics.denial_rate, denial_trend and the lines count
-- refusals differently: the billing lead works a wrong list; the data engineer acts.
{{ config(meta={'dagster': {'ref': {'name': 'denial_rate'}}}) }}
with

lines as (
    select
        {{ month_of('payment_date') }} as month,
        {{ count_where('is_first_adjudication and is_denied') }} as first_denied_lines,
        {{ count_where('(is_denied or is_partially_denied) and not is_reversal') }} as refused_lines
    from {{ ref('fct_adjudication_line') }}
    where is_known_claim
    group by 1
),

denials as (
    select
        {{ month_of('denied_on') }} as month,
        count(*) as refused_lines
    from {{ ref('fct_denial') }}
    group by 1
),

rates as (
    select
        month,
        sum(denied_lines) as denied_lines
    from {{ ref('denial_rate') }}
    group by 1
),

trends as (
    select
        month,
        sum(numerator) as denied_lines
    from {{ ref('denial_trend') }}
    group by 1
)

select l.month
from lines as l
left join denials as d on l.month = d.month
left join rates as r on l.month = r.month
left join trends as t on l.month = t.month
where
    l.refused_lines <> coalesce(d.refused_lines, 0)
    or l.first_denied_lines <> coalesce(r.denied_lines, 0)
    or l.first_denied_lines <> coalesce(t.denied_lines, 0)
