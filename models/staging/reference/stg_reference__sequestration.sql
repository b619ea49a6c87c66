-- One row per period with the share that Medicare holds back from its payments. A period ends at the
-- latest where the next begins, so that a practice adds a row without ending ours.
with

known as ({{ reference_rows('sequestration') }})

select
    effective_from,
    cast(least(
        effective_to,
        lead(effective_from) over (order by effective_from) - interval 1 day
    ) as date) as effective_to,
    rate
from known
