-- One row per procedure code that the rules know.
{{ reference_rows('procedures') }}
