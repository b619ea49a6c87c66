-- One row per status (STC) of the sets that were ever read.
{{ config(materialized='kept') }}
{{ kept_rows('277ca__statuses') }}
