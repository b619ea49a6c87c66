-- One row per contracted price (payer, procedure, modifier, first day in force), as the newest
-- good row describes it. An empty modifier is the empty string, so that keys compare.
{{ config(materialized='view') }}
{{ staged_extract('fee_schedules', {'modifier': "''"}) }}
