-- One row per scope (practice, payer, clinic, provider) and root cause of lines refused at first
-- adjudication in the twelve months up to as_of's: which few causes make up most of them, by lines and
-- by dollars. Every scope sums to the practice; shares and ranks hold within one scope_id.
with

run as (select * from {{ ref('stg_load__run') }}),

denials as (
    select d.*
    from {{ ref('fct_denial') }} as d
    cross join run
    where
        d.is_first_adjudication
        and d.is_denied
        and {{ month_number('d.denied_on') }} > {{ month_number('run.as_of') }} - 12
),

scoped as (
    {% for scope in ['practice', 'payer', 'clinic', 'provider'] %}
    select
        '{{ scope }}' as scope,
        {{ 'cast(null as string)' if scope == 'practice' else scope ~ '_id' }} as scope_id,
        root_cause,
        count(*) as denied_lines,
        {{ amount_where('charge_amount') }} as denied_charges,
        {{ count_where("liability = 'patient'") }} as patient_liability_lines,
        {{ amount_where('charge_amount', "liability = 'patient'") }} as patient_liability_charges
    from denials
    group by 1, 2, 3
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

summed as (
    select
        *,
        sum(denied_lines) over (partition by scope, scope_id) as all_lines,
        sum(denied_charges) over (partition by scope, scope_id) as all_charges,
        row_number() over by_lines as lines_rank,
        sum(denied_lines) over by_lines as cumulative_lines,
        row_number() over by_charges as charges_rank,
        sum(denied_charges) over by_charges as cumulative_charges
    from scoped
    window
        by_lines as (
            partition by scope, scope_id order by denied_lines desc, root_cause asc
            rows between unbounded preceding and current row
        ),
        by_charges as (
            partition by scope, scope_id order by denied_charges desc, root_cause asc
            rows between unbounded preceding and current row
        )
)

select
    s.scope,
    s.scope_id,
    s.root_cause,
    cast({{ month_of('run.as_of') }} - interval 11 month as date) as first_month,
    {{ month_of('run.as_of') }} as last_month,
    s.denied_lines,
    s.lines_rank,
    {{ rate('s.denied_lines', 's.all_lines') }} as lines_share,
    {{ rate('s.cumulative_lines', 's.all_lines') }} as lines_cumulative_share,
    s.denied_charges,
    s.charges_rank,
    {{ rate('s.denied_charges', 's.all_charges') }} as charges_share,
    {{ rate('s.cumulative_charges', 's.all_charges') }} as charges_cumulative_share,
    s.patient_liability_lines,
    s.patient_liability_charges
from summed as s
cross join run
