-- One row per root cause, payer, procedure and provider that keep being refused together at first
-- adjudication: at least 3 lines in the 90 days ending with as_of, or in each of the last three months.
-- Counts are of the twelve months up to as_of's; the practice's share shows whether it is the provider.
with

run as (select * from {{ ref('stg_load__run') }}),

denials as (
    select * from {{ ref('fct_denial') }} where is_first_adjudication and is_denied
),

lines as (
    select
        l.payer_id,
        l.cpt_code,
        l.provider_id,
        d.root_cause,
        d.denied_on,
        d.charge_amount as denied_charges,
        {{ month_number('run.as_of') }} - {{ month_number('l.payment_date') }} as months_ago,
        {{ days_from('l.payment_date', 'run.as_of') }} as days_ago
    from {{ ref('fct_adjudication_line') }} as l
    cross join run
    left join denials as d on l.adjudication_line_key = d.adjudication_line_key
    where
        l.is_first_adjudication
        and l.is_known_claim
        and l.charge_amount > 0
        and {{ month_number('l.payment_date') }} > {{ month_number('run.as_of') }} - 12
),

provider_lines as (
    select
        payer_id,
        cpt_code,
        provider_id,
        count(*) as adjudicated_lines,
        sum(count(*)) over (partition by payer_id, cpt_code) as practice_adjudicated_lines
    from lines
    group by 1, 2, 3
),

causes as (
    select
        root_cause,
        payer_id,
        cpt_code,
        provider_id,
        min(denied_on) as first_denied_on,
        max(denied_on) as last_denied_on,
        count(*) as denied_lines,
        {{ amount_where('denied_charges') }} as denied_charges,
        {{ count_where('days_ago < 90') }} as denied_lines_90_days,
        count(distinct months_ago) as denied_months,
        count(distinct case when months_ago < 3 then months_ago end) as recent_denied_months,
        sum(count(*)) over (partition by root_cause, payer_id, cpt_code) as practice_denied_lines
    from lines
    where root_cause is not null
    group by 1, 2, 3, 4
)

select
    c.root_cause,
    c.payer_id,
    c.cpt_code,
    c.provider_id,
    c.first_denied_on,
    c.last_denied_on,
    c.denied_lines_90_days,
    c.denied_months,
    c.denied_lines,
    c.denied_charges,
    p.adjudicated_lines,
    {{ rate('c.denied_lines', 'p.adjudicated_lines') }} as denied_rate,
    cast(c.practice_denied_lines as bigint) as practice_denied_lines,
    cast(p.practice_adjudicated_lines as bigint) as practice_adjudicated_lines,
    {{ rate('c.practice_denied_lines', 'p.practice_adjudicated_lines') }} as practice_denied_rate
from causes as c
inner join provider_lines as p
    on
        c.payer_id is not distinct from p.payer_id
        and c.cpt_code is not distinct from p.cpt_code
        and c.provider_id is not distinct from p.provider_id
where c.denied_lines_90_days >= 3 or c.recent_denied_months = 3
