-- One row per month of first adjudication, payer and root cause: lines refused then, and what any payer
-- paid for their charges on a later day by a payment that still stands. Young months look worse than they
-- will be: see is_mature.
with

run as (select * from {{ ref('stg_load__run') }}),

charges as (select * from {{ ref('fct_charge') }}),

denials as (
    select
        *,
        -- What came for a charge is counted at the first of its refusals.
        row_number() over (partition by charge_key order by denied_on, adjudication_line_key) = 1
            as is_first_of_charge
    from {{ ref('fct_denial') }}
    where is_first_adjudication and is_denied
),

payments as (
    select * from {{ ref('fct_adjudication_line') }} where is_standing and paid_amount > 0
),

recoveries as (
    select
        d.adjudication_line_key,
        min(p.payment_date) as recovered_on,
        sum(case when d.is_first_of_charge then p.paid_amount else 0 end) as paid_amount
    from denials as d
    inner join payments as p on d.charge_key = p.charge_key and p.payment_date > d.denied_on
    group by 1
),

lines as (
    select
        {{ month_of('d.denied_on') }} as month,
        d.payer_id,
        d.root_cause,
        coalesce(c.expected_amount, d.charge_amount) as denied_amount,
        r.paid_amount,
        r.recovered_on is not null as is_recovered,
        {{ days_from('d.denied_on', 'r.recovered_on') }} as recovery_days
    from denials as d
    left join charges as c on d.charge_key = c.charge_key
    left join recoveries as r on d.adjudication_line_key = r.adjudication_line_key
),

sums as (
    select
        month,
        payer_id,
        root_cause,
        count(*) as denied_lines,
        {{ count_where('is_recovered') }} as recovered_lines,
        {{ amount_where('denied_amount') }} as denied_amount,
        {{ amount_where('paid_amount') }} as recovered_amount,
        cast(coalesce(sum(recovery_days), 0) as bigint) as recovery_days
    from lines
    group by 1, 2, 3
)

select
    s.month,
    s.payer_id,
    s.root_cause,
    s.denied_lines,
    s.recovered_lines,
    {{ rate('s.recovered_lines', 's.denied_lines') }} as recovered_lines_rate,
    s.denied_amount,
    s.recovered_amount,
    {{ rate('s.recovered_amount', 's.denied_amount') }} as recovered_amount_rate,
    s.recovery_days,
    {{ is_mature_after('s.month', 120) }} as is_mature
from sums as s
cross join run
