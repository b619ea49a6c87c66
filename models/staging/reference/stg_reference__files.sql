-- One row per reference table that the practice has a file for: how many rows, and whether they stand
-- alone or beside this project's.
{{ config(materialized='view') }}
select
    reference_table,
    cast(sum(rows_read) as bigint) as practice_rows,
    bool_or(is_replacement) as is_replaced
from {{ source('raw', 'reference_files') }}
group by reference_table
