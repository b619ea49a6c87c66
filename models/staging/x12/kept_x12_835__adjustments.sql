-- One row per adjustment (CAS triplet) of the sets that were ever read.
{{ config(materialized='kept', without=['content_error']) }}
{{ kept_rows('835__adjustments', without=['content_error']) }}
