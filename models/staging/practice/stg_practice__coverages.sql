-- One row per coverage, as the newest good row describes it.
{{ config(materialized='view') }}
{{ staged_extract('coverages') }}
