-- One row per intervention: the 90 days before and after its first day, and what its metric counted in them
-- in its scope. Days of months that are not mature, and days after as_of, are not counted.
{{ config(schema='intermediate') }}
with

run as (select * from {{ ref('stg_load__run') }}),

interventions as (select * from {{ ref('stg_practice__interventions') }}),

observations as (select * from {{ ref('int_effects__observations') }}),

immature_months as (
    select
        metric_id,
        min(month) as first_month
    from {{ ref('scorecard') }}
    where scope = 'practice' and not is_mature
    group by metric_id
),

windows as (
    select
        i.intervention_id,
        i.metric as metric_id,
        i.payer_id,
        i.clinic_id,
        i.provider_id,
        i.description,
        i.started_on,
        i.started_on - 90 as before_from,
        i.started_on - 1 as before_to,
        i.started_on as after_from,
        i.started_on + 89 as after_to,
        least(run.as_of, coalesce(m.first_month - 1, run.as_of)) as measured_until
    from interventions as i
    cross join run
    left join immature_months as m on i.metric = m.metric_id
),

-- Another change that began within these windows may be what moved the metric.
overlapping as (
    select w.intervention_id
    from windows as w
    inner join windows as o
        on
            w.metric_id = o.metric_id
            and w.intervention_id <> o.intervention_id
            and o.started_on between w.before_from and w.after_to
            and coalesce(w.payer_id = o.payer_id, true)
            and coalesce(w.clinic_id = o.clinic_id, true)
            and coalesce(w.provider_id = o.provider_id, true)
    group by w.intervention_id
),

counted as (
    select
        w.intervention_id,
        o.test,
        o.event_date < w.started_on as is_before,
        o.event_date >= w.started_on as is_after,
        o.numerator,
        o.denominator,
        cast(o.numerator as double) as y,
        cast(o.denominator as double) as x
    from observations as o
    inner join windows as w
        on
            o.metric_id = w.metric_id
            and o.event_date between w.before_from and least(w.after_to, w.measured_until)
            and (w.payer_id is null or o.payer_id = w.payer_id)
            and (w.clinic_id is null or o.clinic_id = w.clinic_id)
            and (w.provider_id is null or o.provider_id = w.provider_id)
),

sums as (
    select
        intervention_id,
        max(test) as test
        {%- for period in ['before', 'after'] %},
        {{ count_where('is_' ~ period) }} as {{ period }}_observations,
        {{ amount_where('numerator', 'is_' ~ period) }} as {{ period }}_numerator,
        {{ amount_where('denominator', 'is_' ~ period) }} as {{ period }}_denominator,
        sum(case when is_{{ period }} then y * y end) as {{ period }}_yy,
        sum(case when is_{{ period }} then x * y end) as {{ period }}_xy,
        sum(case when is_{{ period }} then x * x end) as {{ period }}_xx
        {%- endfor %}
    from counted
    group by intervention_id
)

select
    w.*,
    greatest(0, least(90, {{ days_from('w.started_on', 'w.measured_until') }} + 1)) as after_days,
    s.test
    {%- for period in ['before', 'after'] %},
    coalesce(s.{{ period }}_observations, 0) as {{ period }}_observations,
    cast(coalesce(s.{{ period }}_numerator, 0) as decimal(18, 2)) as {{ period }}_numerator,
    cast(coalesce(s.{{ period }}_denominator, 0) as decimal(18, 2)) as {{ period }}_denominator,
    s.{{ period }}_yy,
    s.{{ period }}_xy,
    s.{{ period }}_xx
    {%- endfor %},
    o.intervention_id is not null as has_overlapping_intervention
from windows as w
left join sums as s on w.intervention_id = s.intervention_id
left join overlapping as o on w.intervention_id = o.intervention_id
