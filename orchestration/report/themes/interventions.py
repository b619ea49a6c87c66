"""Effect of interventions: did what the practice changed help."""

from collections.abc import Mapping

from orchestration.report import draw_special
from orchestration.report.declare import Chart, Column, Dataset, Key, Measure, Source
from orchestration.report.reading import Metric

TITLE = "Interventions"
QUESTION = "Did what we changed help?"
METRICS: tuple[str, ...] = ()
WORKLISTS: dict[str, str] = {}


def charts(metrics: Mapping[str, Metric]) -> list[Chart]:
    """The charts of the page: one for each unit, since days and shares have no common axis."""
    units = {metric.unit for metric in metrics.values()}
    return [_effects("effects", "Before and after", (), is_drawn=False)] + [
        _effects(
            f"effects-{unit.lower().replace(' ', '-')}",
            f"Differences in {_WORDS[unit]}",
            (
                "metric_id in ("
                + ", ".join(f"'{m.metric_id}'" for m in metrics.values() if m.unit == unit)
                + ")",
            ),
            is_drawn=True,
        )
        for unit in sorted(units)
    ]


_WORDS = {"ratio": "shares", "days": "days", "US dollars": "US dollars", "units": "units"}


def _effects(id_: str, title: str, where: tuple[str, ...], is_drawn: bool) -> Chart:
    difference, low, high = (
        Measure(name, heading, "number4", join="max")
        for name, heading in (
            ("difference", "After less before"),
            ("confidence_low", "From"),
            ("confidence_high", "To"),
        )
    )
    return Chart(
        id=id_,
        title=title,
        question=(
            "The metric in the 90 days before and after; the line is where the difference lies "
            "with 95 % confidence. A difference is no proof of its cause."
        ),
        dataset=Dataset(
            name=id_.replace("-", "_"),
            relation="metrics.intervention_effects",
            keys=(
                Key("intervention_id", "Intervention", expression="intervention_id"),
                Key("metric_id", "Metric", expression="metric_id"),
                Key("started_on", "Began", "date", expression="started_on"),
                Key("verdict", "Verdict", expression="verdict"),
            ),
            measures=(
                Measure("before_value", "Before", "number4", join="max"),
                Measure("after_value", "After", "number4", join="max"),
                difference,
                low,
                high,
                Measure("p_value", "Chance alone", "number4", join="max"),
                Measure("is_final", "Final", "flag", join="all"),
                Measure("has_overlapping_intervention", "Other changes too", "flag", join="all"),
            ),
            slices=(),
            month=None,
            where=where,
        ),
        by=("started_on", "intervention_id", "metric_id", "verdict"),
        sources=(
            Source(
                "metrics.intervention_effects",
                ("verdict", "difference", "confidence_low", "confidence_high", "is_final"),
            ),
        ),
        show=(
            "before_value",
            "after_value",
            "difference",
            "confidence_low",
            "confidence_high",
            "p_value",
            "is_final",
            "has_overlapping_intervention",
        ),
        order=(("started_on", True),),
        value="difference" if is_drawn else "",
        draw=_interval if is_drawn else None,
        is_optional=is_drawn,
    )


def _interval() -> object:
    return draw_special.intervals(
        "intervention_id",
        Column("difference", "After less before", "number"),
        Column("confidence_low", "From", "number"),
        Column("confidence_high", "To", "number"),
        "verdict",
    )
