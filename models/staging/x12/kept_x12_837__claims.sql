-- One row per claim (CLM) of the sets that were ever read.
{{ config(materialized='kept') }}
{{ kept_rows('837__claims', without=['diagnoses', 'line_texts']) }}
