-- One row per period with the conversion factor of Medicare's fee schedule, in dollars. A period ends
-- at the latest where the next begins, so that a practice adds a row without ending ours.
with

known as ({{ reference_rows('conversion_factors') }})

select
    effective_from,
    cast(least(
        effective_to,
        lead(effective_from) over (order by effective_from) - interval 1 day
    ) as date) as effective_to,
    conversion_factor
from known
