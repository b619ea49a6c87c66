-- One row per month of first adjudication, slice and root cause: lines answered (the same for every
-- root cause) and lines refused for that cause. Additive within a root cause only.
with

lines as (
    select * from {{ ref('fct_adjudication_line') }}
    where is_first_adjudication and is_known_claim and charge_amount > 0
),

denials as (
    select * from {{ ref('fct_denial') }} where is_first_adjudication and is_denied
),

root_causes as (select root_cause from denials group by 1),

slices as (
    select
        {{ month_of('payment_date') }} as month,
        payer_id,
        clinic_id,
        provider_id,
        count(*) as denominator
    from lines
    group by 1, 2, 3, 4
),

denied as (
    select
        {{ month_of('denied_on') }} as month,
        payer_id,
        clinic_id,
        provider_id,
        root_cause,
        count(*) as denied_lines,
        {{ amount_where('charge_amount') }} as denied_charges
    from denials
    group by 1, 2, 3, 4, 5
)

select
    s.month,
    s.payer_id,
    s.clinic_id,
    s.provider_id,
    r.root_cause,
    coalesce(d.denied_lines, 0) as numerator,
    s.denominator,
    {{ rate('coalesce(d.denied_lines, 0)', 's.denominator') }} as value,
    true as is_mature,
    cast(coalesce(d.denied_charges, 0) as decimal(18, 2)) as denied_charges
from slices as s
cross join root_causes as r
left join denied as d
    on
        s.month = d.month
        and s.payer_id is not distinct from d.payer_id
        and s.clinic_id is not distinct from d.clinic_id
        and s.provider_id is not distinct from d.provider_id
        and r.root_cause = d.root_cause
