-- One row per plain total of the warehouse and cause that may explain why a report shows another.
{{ reference_rows('report_causes') }}
