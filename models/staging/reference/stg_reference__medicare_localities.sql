-- One row per clinic and period with the geographic indices of its Medicare locality. A period ends at
-- the latest where the clinic's next begins.
with

known as ({{ reference_rows('medicare_localities') }})

select
    clinic_id,
    effective_from,
    cast(least(
        effective_to,
        lead(effective_from) over (partition by clinic_id order by effective_from)
        - interval 1 day
    ) as date) as effective_to,
    gpci_work,
    gpci_practice_expense,
    gpci_malpractice
from known
