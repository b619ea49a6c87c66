-- One row per appointment, as the newest good row describes it.
{{ config(materialized='view') }}
{{ staged_extract('appointments') }}
