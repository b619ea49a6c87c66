-- One row: the day the warehouse speaks for, and the secret of the pseudonyms.
{{ config(materialized='view') }}
select
    as_of,
    pseudonym_key
from {{ source('raw', 'run_settings') }}
