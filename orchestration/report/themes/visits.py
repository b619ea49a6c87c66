"""Visits and productivity: what therapists and clinics do, and what of it is billed."""

from collections.abc import Mapping

from orchestration.report import draw
from orchestration.report.declare import Chart, Column, Dataset, Measure, Ratio, Source
from orchestration.report.reading import Metric
from orchestration.report.standard import MOST_BARS, by_slice, dataset, trend, worklist

TITLE = "Visits and productivity"
QUESTION = "What do therapists and clinics do, what of it is billed, and who does not come?"
METRICS = (
    "visits_billed_rate",
    "units_per_visit",
    "reimbursement_per_visit",
    "no_show_rate",
    "cancellation_rate",
    "charge_lag",
)
WORKLISTS = {"unbilled_visits": "Visits that are not billed"}

_REASONS = (
    Measure("not_signed", "Not signed"),
    Measure("no_charges", "No charges"),
    Measure("not_submitted", "Not submitted"),
    Measure("rejected", "Rejected"),
)


def charts(metrics: Mapping[str, Metric]) -> list[Chart]:
    """The charts of the page."""
    data = {name: dataset(metrics[name]) for name in METRICS}
    data["visits_billed_rate"] = dataset(metrics["visits_billed_rate"], *_REASONS)
    return [
        *(_productivity(slice_) for slice_ in ("provider", "clinic")),
        *(trend(metrics[name], data[name]) for name in METRICS),
        _unbilled(data["visits_billed_rate"]),
        by_slice(metrics["units_per_visit"], "provider", data["units_per_visit"]),
        by_slice(metrics["no_show_rate"], "clinic", data["no_show_rate"]),
        by_slice(metrics["reimbursement_per_visit"], "clinic", data["reimbursement_per_visit"]),
        *(worklist(name, title) for name, title in WORKLISTS.items()),
    ]


_WORK = Dataset(
    name="visit_work",
    relation="core.fct_visit",
    measures=(
        Measure("visits", "Visits", expression="1"),
        Measure("billed_visits", "Billed", expression="is_billed::integer"),
        Measure("treatment_minutes", "Minutes of treatment", expression="total_treatment_minutes"),
        Measure(
            "timed_visits",
            "Visits with minutes",
            expression="(total_treatment_minutes is not null)::integer",
        ),
    ),
    month="service_month",
)


def _productivity(slice_: str) -> Chart:
    minutes = Ratio(
        "minutes_per_visit", "Minutes a visit", "days", "treatment_minutes", "timed_visits"
    )
    word = {"provider": "therapist", "clinic": "clinic"}[slice_]
    return Chart(
        id=f"visits-by-{slice_}",
        title=f"Visits by {word}",
        question=f"Over the period, the {MOST_BARS} with most visits.",
        dataset=_WORK,
        by=(slice_,),
        sources=(Source("core.fct_visit", ("is_billed", "total_treatment_minutes")),),
        show=("visits", "billed_visits", "treatment_minutes", "minutes_per_visit"),
        ratios=(minutes,),
        order=(("visits", True),),
        limit=MOST_BARS,
        value="visits",
        draw=lambda: draw.ranked(Column("visits", "Visits"), slice_),
    )


def _unbilled(data: Dataset) -> Chart:
    names = tuple(reason.name for reason in _REASONS)
    return Chart(
        id="unbilled-reasons",
        title="Why visits are not billed",
        question="Visits by month of service and the first thing that holds them up.",
        dataset=data,
        by=("month",),
        sources=(Source("metrics.visits_billed_rate", names),),
        show=(*names, "is_mature"),
        order=(("month", False),),
        value=names[0],
        draw=lambda: draw.lines_over_time(_REASONS),
    )
