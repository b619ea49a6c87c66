-- One row per intervention, as the newest good row describes it.
{{ config(materialized='view') }}
{{ staged_extract('interventions') }}
