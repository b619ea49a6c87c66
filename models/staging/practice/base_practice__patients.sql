-- One row per row of the patients extracts that could be read, typed, with what became of it
-- (row_status). A rejected row keeps the columns that did parse.
{{ config(materialized='extract_rows') }}
{{ typed_extract('patients') }}
