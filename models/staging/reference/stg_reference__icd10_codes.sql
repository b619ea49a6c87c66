-- One row per ICD-10-CM code that the installed release knows as billable. Codes that changed lately
-- are judged by the seed diagnosis_changes instead.
{{ config(materialized='view') }}
select
    icd10_code,
    release
from {{ source('raw', 'icd10_codes') }}
