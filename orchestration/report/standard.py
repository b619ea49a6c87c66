"""The charts that every metric and every worklist has: by month, by slice, and what is at stake.

Belongs here: charts that a theme asks for by id. Does not belong here: what only one theme shows.
Names, definitions, units and targets come from the published file.
"""

from dataclasses import dataclass

from orchestration.report import draw
from orchestration.report.declare import (
    SLICES,
    Chart,
    Column,
    Dataset,
    Key,
    Measure,
    Ratio,
    Source,
)
from orchestration.report.reading import Metric

_FORMATS = {"ratio": "percent", "days": "days", "US dollars": "cents", "units": "number"}
MOST_BARS = 20
FINAL = Measure("is_mature", "Final", "flag", join="all")


def format_of(metric: Metric) -> str:
    """How a value of the metric is written."""
    return _FORMATS[metric.unit]


def dataset(metric: Metric, *extras: Measure, slices: tuple[str, ...] = SLICES) -> Dataset:
    """What a metric's own table holds, with further columns of it."""
    parts = "cents" if metric.unit == "US dollars" else "count"
    return Dataset(
        name=metric.metric_id,
        relation=f"metrics.{metric.metric_id}",
        measures=(
            Measure("numerator", "Numerator", parts),
            Measure("denominator", "Denominator"),
            FINAL,
            *extras,
        ),
        slices=slices,
    )


def value(metric: Metric) -> Ratio:
    """The metric's value of sums."""
    return Ratio("value", metric.name, format_of(metric), can_be_too_few=True)


def trend(metric: Metric, data: Dataset | None = None) -> Chart:
    """The metric by month against its target."""
    shown = value(metric)
    return Chart(
        id=f"{metric.metric_id}-by-month",
        title=metric.name,
        question="By month.",
        dataset=data or dataset(metric),
        by=("month",),
        sources=(Source(metric.metric_id),),
        show=("value", "numerator", "denominator", "is_mature"),
        ratios=(shown,),
        order=(("month", False),),
        value="value",
        target=metric.target,
        draw=lambda: draw.over_time(shown, metric.target),
    )


def by_slice(metric: Metric, slice_: str, data: Dataset | None = None) -> Chart:
    """The metric side by side: the twenty with the largest denominators."""
    shown = value(metric)
    is_balance = metric.metric_id == "days_in_ar"
    return Chart(
        id=f"{metric.metric_id}-by-{slice_}",
        title=f"{metric.name} by {slice_}",
        question=(
            f"{'At the end of the period' if is_balance else 'Over the period'}; the "
            f"{slice_} with most to count first, {MOST_BARS} at most."
        ),
        dataset=data or dataset(metric),
        by=(slice_,),
        sources=(Source(metric.metric_id),),
        show=("value", "numerator", "denominator", "is_mature"),
        ratios=(shown,),
        order=(("denominator", True),),
        limit=MOST_BARS,
        is_balance=is_balance,
        value="value",
        target=metric.target,
        draw=lambda: draw.ranked(shown, slice_, metric.target),
    )


@dataclass(frozen=True)
class Worklist:
    """What a worklist is told apart by, and which of its rows the report counts as at stake."""

    key: str = "reason"
    where: str = ""
    # A charge with several faults stands in as many rows.
    repeats_charges: bool = False


WORKLISTS = {
    "claims_at_risk": Worklist("finding", repeats_charges=True),
    "unmatched_remittances": Worklist(),
    "open_denials": Worklist("root_cause"),
    "unworked_rejections": Worklist("rejection_code"),
    "underpayments": Worklist(),
    # What is younger is on its way.
    "aged_receivables": Worklist(where="age_bucket in ('91-120', '>120')"),
    "unsigned_notes": Worklist(),
    "unbilled_visits": Worklist(),
    "expiring_authorizations": Worklist(),
}


def worklist_relation(name: str) -> str:
    """The worklist with every dollar once: a charge with several faults counts at one of them."""
    table = f"worklists.{name}"
    if not WORKLISTS[name].repeats_charges:
        return table
    return (
        "(\n    select * replace (\n"
        "        case when row_number() over (partition by charge_key order by finding_key) = 1\n"
        "            then at_stake_amount else 0 end as at_stake_amount\n"
        f"    )\n    from {table}\n)"
    )


def worklist(name: str, title: str) -> Chart:
    """What waits on a worklist, in dollars."""
    key, where = WORKLISTS[name].key, WORKLISTS[name].where
    amount = Measure("at_stake_amount", "At stake", "cents")
    return Chart(
        id=name,
        title=title,
        question=f"What waits today, largest first. The rows to work on: worklists.{name}.",
        dataset=Dataset(
            name=name,
            relation=worklist_relation(name),
            keys=(Key(key, key.replace("_", " ").capitalize(), expression=key),),
            measures=(
                amount,
                Measure("items", "Rows", expression="1"),
                Measure("next_deadline_on", "Next deadline", "date", "deadline_on", "min"),
            ),
            month=None,
            where=(where,) if where else (),
        ),
        by=(key,),
        sources=(Source(f"worklists.{name}", (key, "at_stake_amount", "deadline_on")),),
        show=("items", "at_stake_amount", "next_deadline_on"),
        order=(("at_stake_amount", True),),
        limit=MOST_BARS,
        value="at_stake_amount",
        has_total=True,
        draw=lambda: draw.ranked(Column("at_stake_amount", "At stake", "money"), key),
    )


def by_every_slice(metric: Metric, data: Dataset | None = None) -> list[Chart]:
    """The metric by payer, by clinic and by provider."""
    return [by_slice(metric, slice_, data) for slice_ in SLICES]
