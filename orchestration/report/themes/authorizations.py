"""Authorizations: what payers grant, how long they take, and which visits have cover."""

from collections.abc import Mapping

from orchestration.report import draw
from orchestration.report.declare import Chart, Measure, Ratio, Source
from orchestration.report.reading import Metric
from orchestration.report.standard import by_slice, dataset, trend, worklist

TITLE = "Authorizations"
QUESTION = "What do payers grant, how long do they take, and which visits have cover?"
METRICS = ("authorization_approval_rate", "authorization_coverage_rate")
WORKLISTS = {"expiring_authorizations": "Authorizations that run out"}

_VISITS = (
    Measure("visits_requested", "Visits asked for"),
    Measure("visits_approved", "Visits granted"),
)
_OUTCOMES = (
    Measure("denied_requests", "Denied"),
    Measure("partially_approved_requests", "Granted in part"),
)


def charts(metrics: Mapping[str, Metric]) -> list[Chart]:
    """The charts of the page."""
    approval = dataset(
        metrics["authorization_approval_rate"],
        *_VISITS,
        *_OUTCOMES,
        Measure("turnaround_days", "Days to decisions"),
    )
    coverage = dataset(metrics["authorization_coverage_rate"])
    days = Ratio(
        "days_to_decision", "Days to a decision", "days", "turnaround_days", "denominator", True
    )
    return [
        trend(metrics["authorization_coverage_rate"], coverage),
        trend(metrics["authorization_approval_rate"], approval),
        Chart(
            id="days-to-decision",
            title="Days from request to decision",
            question="Average by month of decision.",
            dataset=approval,
            by=("month",),
            sources=(Source("metrics.authorization_approval_rate", ("turnaround_days",)),),
            show=("days_to_decision", "turnaround_days", "denominator", "is_mature"),
            ratios=(days,),
            order=(("month", False),),
            value="days_to_decision",
            draw=lambda: draw.over_time(days),
        ),
        *(
            Chart(
                id=id_,
                title=title,
                question="By month of decision.",
                dataset=approval,
                by=("month",),
                sources=(
                    Source("metrics.authorization_approval_rate", tuple(v.name for v in values)),
                ),
                show=(*(value.name for value in values), "is_mature"),
                order=(("month", False),),
                value=values[0].name,
                draw=lambda values=values: draw.lines_over_time(values),
            )
            for id_, title, values in (
                ("visits-granted", "Visits asked for and granted", _VISITS),
                ("requests-refused", "Requests denied or granted in part", _OUTCOMES),
            )
        ),
        by_slice(metrics["authorization_coverage_rate"], "payer", coverage),
        by_slice(metrics["authorization_coverage_rate"], "clinic", coverage),
        by_slice(metrics["authorization_approval_rate"], "payer", approval),
        *(worklist(name, title) for name, title in WORKLISTS.items()),
    ]
