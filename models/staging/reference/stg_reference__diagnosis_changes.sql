-- One row per ICD-10-CM code whose validity changed at a date that therapy claims meet.
{{ reference_rows('diagnosis_changes') }}
