-- One row per provider, as the newest good row describes it.
{{ config(materialized='view') }}
{{ staged_extract('providers') }}
