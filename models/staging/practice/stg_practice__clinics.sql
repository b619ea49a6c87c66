-- One row per clinic, as the newest good row describes it. A clinic that names no time zone is in
-- New York.
{{ config(materialized='view') }}
{{ staged_extract('clinics', {'time_zone': "'America/New_York'"}) }}
