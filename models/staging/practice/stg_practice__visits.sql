-- One row per visit, as the newest good row describes it. A visit that does not say so was in
-- person.
{{ config(materialized='view') }}
{{ staged_extract('visits', {'delivery': "'in_person'"}) }}
