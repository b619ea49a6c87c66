-- One row per patient, therapy limit (PT and SLP together, OT apart) and Medicare service date: allowed
-- dollars of strictly earlier dates of the calendar year. Services of other practices are unknown here,
-- so the amount is a lower bound.
with

charges as (
    select
        c.*,
        -- Refused services, and those billed as not covered, use nothing up.
        c.is_always_therapy and not {{ has_modifier('c', ['GY', 'GZ']) }} as is_counted
    from {{ ref('int_coding__judged_charges') }} as c
    where c.payer_type = 'medicare' and c.therapy_limit is not null
),

balances as (select * from {{ ref('int_visits__charge_balances') }}),

days as (
    select
        c.patient_id,
        c.therapy_limit,
        c.service_date,
        year(c.service_date) as calendar_year,
        {{ amount_where('b.allowed_amount', 'c.is_counted and not b.is_denied') }} as day_amount
    from charges as c
    inner join balances as b on c.charge_id = b.charge_id
    group by c.patient_id, c.therapy_limit, c.service_date
)

select
    patient_id,
    therapy_limit,
    service_date,
    calendar_year,
    cast(coalesce(sum(day_amount) over (
        partition by patient_id, therapy_limit, calendar_year
        order by service_date
        rows between unbounded preceding and 1 preceding
    ), 0) as decimal(18, 2)) as accrued_amount
from days
