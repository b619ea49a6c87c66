-- One row per claim payment (CLP) of the sets that were ever read.
{{ config(materialized='kept') }}
{{ kept_rows('835__claims', without=['texts']) }}
