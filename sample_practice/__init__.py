"""A generator of a realistic physical therapy practice: extracts, X12 traffic, and the truth.

Nothing here reads the warehouse and nothing in the warehouse imports this package. See README.md.
"""
