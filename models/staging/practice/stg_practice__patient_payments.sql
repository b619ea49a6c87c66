-- One row per payment received from a patient, as the newest good row describes it.
{{ config(materialized='view') }}
{{ staged_extract('patient_payments') }}
