-- One row per remittance, claim payment or line that does not add up of the sets that were ever read.
{{ config(materialized='kept') }}
{{ kept_rows('835__balances') }}
