"""What a chart is: which table it sums, by what, how it is drawn and where its definition stands.

Belongs here: the vocabulary of the themes, and the SQL that a chart shows. Does not belong here:
any metric, which the published file has worked out, nor the page.

A chart sums a dataset over the choice of its reader: by payer, clinic, provider and period. The
page does that itself, since it has no database; its SQL does the same on the published file.
"""

from collections.abc import Callable
from dataclasses import dataclass

import altair

SLICES = ("payer", "clinic", "provider")
# How a column is written and aligned; the page knows the same names.
WORDS = ("text", "month", "date", "flag")
NUMBERS = ("count", "number", "number4", "days", "percent", "money", "cents")


@dataclass(frozen=True)
class Column:
    """A column of a chart's table: its name in the SQL, its heading and how it is written."""

    name: str
    heading: str
    format: str = "count"


@dataclass(frozen=True)
class Measure(Column):
    """What is added up: `expression` of the relation's columns, joined by sum, all, min or max."""

    expression: str = ""
    join: str = "sum"

    @property
    def sql(self) -> str:
        call = "bool_and" if self.join == "all" else self.join
        return f"{call}({self.expression or self.name})"


@dataclass(frozen=True)
class Key(Column):
    """What is grouped by, beside payer, clinic and provider: an expression of the relation."""

    format: str = "text"
    expression: str = ""


@dataclass(frozen=True)
class Ratio(Column):
    """One measure divided by another, of the sums."""

    numerator: str = "numerator"
    denominator: str = "denominator"
    # Under twenty of what the denominator counts it says nothing, as on the scorecard.
    can_be_too_few: bool = False


@dataclass(frozen=True)
class Running(Column):
    """Share of the total that a row and those before it hold, of one measure."""

    of: str = ""


@dataclass(frozen=True)
class Dataset:
    """Rows of the published file that add up: keys, slices, a month and measures."""

    name: str
    relation: str
    measures: tuple[Measure, ...]
    keys: tuple[Key, ...] = ()
    slices: tuple[str, ...] = SLICES
    month: str | None = "month"
    where: tuple[str, ...] = ()


# Where a definition stands: a metric of the catalog, or a table (with columns) and its comments.
@dataclass(frozen=True)
class Source:
    """A metric id, or `schema.table`, whose description and those of `columns` are shown."""

    name: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Chart:
    """A chart with its table, its SQL and its words. Without `draw` it is a table only."""

    id: str
    title: str
    question: str
    dataset: Dataset
    by: tuple[str, ...]
    sources: tuple[Source, ...]
    show: tuple[str, ...]
    ratios: tuple[Ratio, ...] = ()
    running: tuple[Running, ...] = ()
    order: tuple[tuple[str, bool], ...] = ()  # column, and whether largest first
    limit: int | None = None
    # A balance is that of one month: the last of the period.
    is_balance: bool = False
    # Rows where this measure is 0 say nothing.
    without_zero: str | None = None
    # Keys of which the reader sees one at a time.
    picks: tuple[str, ...] = ()
    # The column that is drawn, and what it is held against.
    value: str = ""
    target: float | None = None
    # The sum of `value` over the rows says something.
    has_total: bool = False
    # The measure by which the values of a pick are ordered, largest first.
    weight: str | None = None
    draw: Callable[[], altair.TopLevelMixin] | None = None
    # Not on the page where the published file has nothing for it.
    is_optional: bool = False


def label_columns(slice_: str) -> tuple[Column, Column]:
    """The columns that stand for a payer, clinic or provider."""
    return (
        Column(f"{slice_}_name", slice_.capitalize(), "text"),
        Column(f"{slice_}_id", f"{slice_.capitalize()} id", "text"),
    )


def columns(chart: Chart) -> list[Column]:
    """The columns of the chart's table and CSV, in order."""
    found: list[Column] = []
    keys = {key.name: key for key in chart.dataset.keys}
    for by in chart.by:
        if by in SLICES:
            found += label_columns(by)
        elif by == "month":
            found.append(Column("month", "Month", "month"))
        else:
            found.append(keys[by])
    measures = {measure.name: measure for measure in chart.dataset.measures}
    named = {column.name: column for column in (*chart.ratios, *chart.running)}
    return found + [named.get(name) or measures[name] for name in chart.show]


@dataclass(frozen=True)
class Query:
    """The parts of a chart's SQL; the page puts the reader's choice between them."""

    head: str
    where: tuple[str, ...]
    month: str | None
    tail: str

    def text(self, *conditions: str) -> str:
        """The whole query with further conditions."""
        every = [*self.where, *conditions]
        where = "where\n    " + "\n    and ".join(every) + "\n" if every else ""
        return f"{self.head}\n{where}{self.tail}".rstrip()


def query(chart: Chart) -> Query:
    """The SQL that gives the chart's table on the published file."""
    dataset = chart.dataset
    keys = {key.name: key for key in dataset.keys}
    measures = {measure.name: measure for measure in dataset.measures}
    ratios = {ratio.name: ratio for ratio in chart.ratios}
    running = {one.name: one for one in chart.running}
    selected, groups, joins = [], [], []
    for by in chart.by:
        if by in SLICES:
            selected += [f"{by}_name", f"{by}_id"]
            groups += [f"{by}_name", f"{by}_id"]
            joins.append(
                f"left join (select {by}_id, {by}_name from core.dim_{by}) using ({by}_id)"
            )
        else:
            expression = (dataset.month if by == "month" else keys[by].expression) or by
            selected.append(_as(expression, by))
            groups.append(expression)
    for name in chart.show:
        if name in ratios:
            top, bottom = (measures[n].sql for n in _parts(ratios[name]))
            selected.append(f"{top}::double / nullif({bottom}, 0) as {name}")
        elif name in running:
            amount = measures[running[name].of].sql
            order = ", ".join([f"{amount} desc", *groups])
            selected.append(
                f"sum({amount}) over (order by {order} rows unbounded preceding)::double"
                f"\n        / nullif(sum({amount}) over (), 0) as {name}"
            )
        else:
            selected.append(_as(measures[name].sql, name))
    lines = ["select", "    " + ",\n    ".join(selected), f"from {dataset.relation}", *joins]
    return Query("\n".join(lines), dataset.where, dataset.month, _tail(chart, groups, measures))


def _tail(chart: Chart, groups: list[str], measures: dict[str, Measure]) -> str:
    lines = [f"group by {', '.join(groups)}"] if groups else []
    if chart.without_zero:
        lines.append(f"having {measures[chart.without_zero].sql} <> 0")
    if order := ordering(chart):
        told = [name + (" desc nulls last" if down else " nulls last") for name, down in order]
        lines.append(f"order by {', '.join(told)}")
    if chart.limit:
        lines.append(f"limit {chart.limit}")
    return "\n".join(lines) + ";"


def ordering(chart: Chart) -> list[tuple[str, bool]]:
    """The order of the rows, down to the last key, so that the page and the SQL agree."""
    order = list(chart.order)
    for by in chart.by:
        for name in (f"{by}_name", f"{by}_id") if by in SLICES else (by,):
            if name not in {told for told, _ in order}:
                order.append((name, False))
    return order


def _parts(ratio: Ratio) -> tuple[str, str]:
    return ratio.numerator, ratio.denominator


def _as(expression: str, name: str) -> str:
    return name if expression == name else f"{expression} as {name}"
