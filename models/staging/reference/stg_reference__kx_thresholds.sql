-- One row per calendar year with Medicare's thresholds for therapy services.
{{ reference_rows('kx_thresholds') }}
