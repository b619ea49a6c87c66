-- One row per payer of the practice that does not follow the NCCI edits.
{{ reference_rows('ncci_exempt_payers') }}
