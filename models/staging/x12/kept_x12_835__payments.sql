-- One row per payment (835 set) of the sets that were ever read.
{{ config(materialized='kept') }}
{{ kept_rows('835__payments', without=['provider_adjustment_texts']) }}
