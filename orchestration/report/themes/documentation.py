"""Documentation: are notes signed in time, and what waits for a signature."""

from collections.abc import Mapping

from orchestration.report import draw
from orchestration.report.declare import Chart, Measure, Ratio, Source
from orchestration.report.reading import Metric
from orchestration.report.standard import by_every_slice, dataset, trend, worklist

TITLE = "Documentation"
QUESTION = "Are notes signed in time, and what waits for a signature?"
METRICS = ("documentation_timeliness",)
WORKLISTS = {"unsigned_notes": "Notes without a signature"}

_SIGNED = (
    Measure("numerator", "Within 24 hours"),
    Measure("signed_within_48h", "Within 48 hours"),
    Measure("signed_within_72h", "Within 72 hours"),
)


def charts(metrics: Mapping[str, Metric]) -> list[Chart]:
    """The charts of the page."""
    metric = metrics["documentation_timeliness"]
    notes = dataset(metric, *_SIGNED[1:], Measure("unsigned_notes", "Still unsigned"))
    table = f"metrics.{metric.metric_id}"
    shares = tuple(
        Ratio(f"{of.name}_rate", of.heading, "percent", of.name, "denominator", True)
        for of in _SIGNED
    )
    return [
        trend(metric, notes),
        Chart(
            id="signed-within",
            title="Signed within one, two and three days",
            question="Share of the month's notes.",
            dataset=notes,
            by=("month",),
            sources=(
                Source(metric.metric_id),
                Source(table, tuple(of.name for of in _SIGNED[1:])),
            ),
            show=(*(share.name for share in shares), "denominator", "is_mature"),
            ratios=shares,
            order=(("month", False),),
            value=shares[0].name,
            draw=lambda: draw.lines_over_time(shares),
        ),
        Chart(
            id="unsigned-by-provider",
            title="Still unsigned, by provider",
            question="Notes of the period's visits, the most first.",
            dataset=notes,
            by=("provider",),
            sources=(Source(table, ("unsigned_notes",)),),
            show=("unsigned_notes", "denominator"),
            order=(("unsigned_notes", True),),
            without_zero="unsigned_notes",
            limit=20,
            value="unsigned_notes",
            has_total=True,
            draw=lambda: draw.ranked(Measure("unsigned_notes", "Still unsigned"), "provider"),
        ),
        *by_every_slice(metric, notes),
        *(worklist(name, title) for name, title in WORKLISTS.items()),
    ]
