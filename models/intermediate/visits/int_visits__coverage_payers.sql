-- One row per patient and day somebody may have to pay for (visit or appointment): the payer first
-- in line by the coverages in force. Days without a coverage are left out.
with

days as (
    select patient_id, service_date as covered_on
    from {{ ref('int_scope__visits') }}
    union
    select patient_id, cast(scheduled_at as date) as covered_on
    from {{ ref('int_scope__appointments') }}
),

coverages as (select * from {{ ref('int_scope__coverages') }})

select
    d.patient_id,
    d.covered_on,
    c.coverage_id,
    c.payer_id
from days as d
inner join coverages as c
    on
        d.patient_id = c.patient_id
        and d.covered_on >= c.effective_from
        and (c.effective_to is null or d.covered_on <= c.effective_to)
qualify row_number() over (
    partition by d.patient_id, d.covered_on order by c.priority nulls last, c.coverage_id
) = 1
