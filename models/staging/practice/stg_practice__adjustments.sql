-- One row per adjustment posted by hand, as the newest good row describes it.
{{ config(materialized='view') }}
{{ staged_extract('adjustments') }}
