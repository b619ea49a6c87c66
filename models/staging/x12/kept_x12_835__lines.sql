-- One row per service line of a claim payment (SVC) of the sets that were ever read.
{{ config(materialized='kept') }}
{{ kept_rows('835__lines') }}
