-- One row per service line of a claim (LX) of the sets that were ever read.
{{ config(materialized='kept') }}
{{ kept_rows('837__lines') }}
