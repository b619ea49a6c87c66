-- One row per release: what a person let out of quarantine after a look. Who and why stay in
-- BILLING_HOME/releases.csv and raw.
{{ config(materialized='view') }}
select
    released_at,
    kind,
    sha256,
    level,
    number,
    extract,
    reason
from {{ source('raw', 'releases') }}
