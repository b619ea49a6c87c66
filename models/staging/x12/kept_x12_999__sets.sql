-- One row per transaction set or group that a 999 speaks of of the sets that were ever read.
{{ config(materialized='kept') }}
{{ kept_rows('999__sets') }}
