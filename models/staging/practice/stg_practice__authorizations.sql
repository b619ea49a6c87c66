-- One row per request for authorization, as the newest good row describes it.
{{ config(materialized='view') }}
{{ staged_extract('authorizations') }}
