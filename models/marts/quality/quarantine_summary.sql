-- One row per file and reason for which the file, or rows of it, are kept out of every number: what
-- to ask the sender to mend. Says where the rows are; what stands in them stays in the private
-- warehouse.
select
    file,
    level,
    reason,
    rows_quarantined,
    look_at
from {{ ref('stg_load__quarantine') }}
