-- One row per total that a report of the practice's own system shows, as the newest good row
-- describes it.
{{ config(materialized='view') }}
{{ staged_extract('reported_totals') }}
