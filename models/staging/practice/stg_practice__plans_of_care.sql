-- One row per plan of care, as the newest good row describes it.
{{ config(materialized='view') }}
{{ staged_extract('plans_of_care') }}
