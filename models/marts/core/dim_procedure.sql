-- One row per procedure code that the warehouse knows rules for, labelled in this project's own
-- words.
select
    cpt_code,
    label as procedure_name,
    category,
    timing,
    minutes_per_unit,
    is_always_therapy,
    max_units_per_day,
    medicare_status,
    is_multiple_procedure_reduced,
    rvu_work,
    rvu_practice_expense,
    rvu_malpractice
from {{ ref('stg_reference__procedures') }}
