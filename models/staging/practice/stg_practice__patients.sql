-- One row per patient, as the newest good row describes it.
{{ config(materialized='view') }}
{{ staged_extract('patients') }}
