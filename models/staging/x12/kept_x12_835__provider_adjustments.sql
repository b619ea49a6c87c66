-- One row per provider-level adjustment (PLB pair) of the sets that were ever read.
{{ config(materialized='kept') }}
{{ kept_rows('835__provider_adjustments') }}
