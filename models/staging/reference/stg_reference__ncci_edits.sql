-- One row per pair of procedures that is not paid together, and per time it was in force.
{{ reference_rows('ncci_edits') }}
