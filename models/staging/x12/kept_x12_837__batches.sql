-- One row per batch of claims (837P set) of the sets that were ever read.
{{ config(materialized='kept') }}
{{ kept_rows('837__batches') }}
