"""The data quality layer: what is expected of the data at each layer, and what was found.

Belongs here: the three names that the rest of the project uses. Importing them does not import
Great Expectations, which takes seconds; running a suite does.
"""

from expectations.rule import Result, Rule
from expectations.runner import SUITES, rules, run_suite

__all__ = ["SUITES", "Result", "Rule", "rules", "run_suite"]
