"""Coding: do units, modifiers and diagnoses hold, and what are the faults worth."""

from collections.abc import Mapping

from orchestration.report import draw
from orchestration.report.declare import Chart, Column, Dataset, Key, Measure, Source
from orchestration.report.reading import Metric
from orchestration.report.standard import MOST_BARS, by_slice, dataset, trend

TITLE = "Coding"
QUESTION = "Do units, modifiers and diagnoses hold up, and what are the faults worth?"
METRICS = ("unit_accuracy_rate", "modifier_accuracy_rate", "code_alignment_rate")
WORKLISTS: dict[str, str] = {}

_UNITS = (
    Measure("overbilled_units", "Units too many"),
    Measure("underbilled_units", "Units too few"),
    Measure("units_if_cms", "Units by the CMS rule"),
    Measure("units_if_ama", "Units by the AMA rule"),
)
_MODIFIERS = (
    Measure("missing_modifiers", "Missing"),
    Measure("unjustified_modifiers", "Unjustified"),
    Measure("conflicting_modifiers", "Conflicting"),
)


def charts(metrics: Mapping[str, Metric]) -> list[Chart]:
    """The charts of the page."""
    units = dataset(metrics["unit_accuracy_rate"], *_UNITS)
    modifiers = dataset(metrics["modifier_accuracy_rate"], *_MODIFIERS)
    alignment = dataset(metrics["code_alignment_rate"])
    return [
        trend(metrics["unit_accuracy_rate"], units),
        trend(metrics["modifier_accuracy_rate"], modifiers),
        trend(metrics["code_alignment_rate"], alignment),
        _counts(
            "units-off",
            "Units billed too many and too few",
            units,
            _UNITS[:2],
            "Too many must be paid back when found; too few is work that nobody paid.",
        ),
        _counts(
            "unit-rules",
            "Units by one rule and by the other",
            units,
            _UNITS[2:],
            "What the same visits would hold by each of the two unit rules.",
        ),
        _counts(
            "modifier-findings",
            "Modifiers that are missing, unjustified or in conflict",
            modifiers,
            _MODIFIERS,
            "Findings by month.",
        ),
        _findings("finding", "What is found, in dollars", ("rule_id", "finding")),
        by_slice(metrics["unit_accuracy_rate"], "provider", units),
        by_slice(metrics["modifier_accuracy_rate"], "provider", modifiers),
        by_slice(metrics["code_alignment_rate"], "provider", alignment),
        by_slice(metrics["modifier_accuracy_rate"], "clinic", modifiers),
    ]


def _counts(
    id_: str, title: str, data: Dataset, values: tuple[Measure, ...], question: str
) -> Chart:
    names = tuple(value.name for value in values)
    return Chart(
        id=id_,
        title=title,
        question=question,
        dataset=data,
        by=("month",),
        sources=(Source(f"metrics.{data.name}", names),),
        show=(*names, "is_mature"),
        order=(("month", False),),
        value=names[0],
        draw=lambda: draw.lines_over_time(values),
    )


def _findings(id_: str, title: str, by: tuple[str, ...]) -> Chart:
    return Chart(
        id=id_,
        title=title,
        question="By rule, over the period. A charge with two findings stands at both.",
        dataset=Dataset(
            name="coding_findings",
            relation="core.fct_coding_finding",
            keys=(
                Key("rule_id", "Rule", expression="rule_id"),
                Key("finding", "Finding", expression="finding"),
            ),
            measures=(
                Measure("findings", "Findings", expression="1"),
                Measure("at_stake_amount", "Dollars concerned", "cents"),
            ),
            month="service_month",
        ),
        by=by,
        sources=(Source("core.fct_coding_finding", ("rule_id", "finding", "at_stake_amount")),),
        show=("findings", "at_stake_amount"),
        order=(("at_stake_amount", True),),
        limit=MOST_BARS,
        value="at_stake_amount",
        draw=lambda: draw.ranked_parts(
            Column("at_stake_amount", "Dollars concerned", "money"), "rule_id", "finding"
        ),
    )
