"""The metrics of the sample practice, worked out from what really happened in it: plain Python.

Reads the truth folder of the generator and nothing else, and shares no code with warehouse or
generator. What counts where, in which month and slice, follows metrics.md; what the truth states
as such (whether a line was denied and why, what a charge allows) is taken at its word. Every row of
the truth is dated on or before the sample's end, which is the day that it all speaks for.

The truth is worth as much as the generator: `oracle` works from the landing folder instead.
"""

from truth.metrics import METRICS, metric_tables
from truth.scorecard import scorecard
from truth.tables import Truth, read_truth

__all__ = ["METRICS", "Truth", "metric_tables", "read_truth", "scorecard"]
