-- One row per claim adjustment reason code (CARC): what it says of a line.
{{ reference_rows('adjustment_reasons') }}
