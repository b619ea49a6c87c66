-- One row per charge line, as the newest good row describes it.
{{ config(materialized='view') }}
{{ staged_extract('charges') }}
