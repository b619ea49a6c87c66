"""A generator of one realistic physical therapy practice: its extracts, its X12 traffic, and the truth.

Nothing here reads the warehouse and nothing in the warehouse imports this package. See README.md.
"""
