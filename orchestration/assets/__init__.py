"""The assets of the warehouse, by layer: raw, the dbt layers, and what is published."""
