-- One row per procedure and beginning of an ICD-10-CM code that supports it.
{{ reference_rows('diagnosis_support') }}
