-- One row per category of a claim acknowledgment (277CA) that speaks of acceptance.
{{ reference_rows('claim_status_categories') }}
