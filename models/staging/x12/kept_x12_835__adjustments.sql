-- One row per adjustment (CAS triplet) of the sets that were ever read.
{{ config(materialized='kept') }}
{{ kept_rows('835__adjustments') }}
