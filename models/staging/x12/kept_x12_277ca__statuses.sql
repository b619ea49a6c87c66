-- One row per status (STC) of the sets that were ever read.
{{ config(materialized='kept', without=['content_error']) }}
{{ kept_rows('277ca__statuses', without=['content_error']) }}
