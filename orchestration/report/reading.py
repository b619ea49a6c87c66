"""What is read from the published file: its words, its names, and the rows that pages add up.

Belongs here: queries, and how much of a large practice a page holds. Does not belong here: what is
drawn. The file is opened read-only; the private warehouse is never opened.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb

from orchestration.report.declare import SLICES, Dataset, Source

MONTHS = 24
# Rows of one dataset that a page holds. Beyond it a page offers fewer filters (see `held`).
MOST_ROWS = 20_000


@dataclass(frozen=True)
class Metric:
    """A row of metrics.catalog."""

    metric_id: str
    name: str
    definition: str
    numerator: str
    denominator: str
    unit: str
    date_basis: str
    higher_is_better: bool
    target: float | None
    target_source: str
    caveats: str


@dataclass(frozen=True)
class Held:
    """The rows of a dataset by column, and which filters they answer.

    Combined: any payer with any clinic and provider. Else one of them at a time: a row of a clinic
    then counts all payers and providers, and so on.
    """

    slices: tuple[str, ...]
    is_combined: bool
    columns: dict[str, object]
    rows: int


class Published:
    """An open published file."""

    def __init__(self, file: Path) -> None:
        self._connection = duckdb.connect(str(file), read_only=True)
        self.metrics = self._metrics()
        self.as_of: date | None = self.rows("select max(date_day) from core.dim_date")[0][0]
        self.months = self._months()
        self._tables = dict(
            self.rows("select schema_name || '.' || table_name, comment from duckdb_tables()")
        )
        self._columns = {
            (table, column): comment
            for table, column, comment in self.rows(
                "select schema_name || '.' || table_name, column_name, comment"
                " from duckdb_columns() where not internal"
            )
        }

    def __enter__(self) -> "Published":
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def rows(self, sql: str, parameters: object = None) -> list[tuple]:
        return self._connection.execute(sql, parameters).fetchall()

    def records(self, sql: str, most: int | None = None) -> list[dict[str, object]]:
        """The rows of a query by name of column, or the first of them."""
        result = self._connection.execute(sql)
        names = [column[0] for column in result.description]
        rows = result.fetchall() if most is None else result.fetchmany(most)
        return [dict(zip(names, row, strict=True)) for row in rows]

    def words(self, source: Source) -> list[tuple[str, str]]:
        """The description of a source, as terms with their text."""
        if source.name in self.metrics:
            metric = self.metrics[source.name]
            told = [
                (metric.name, metric.definition),
                ("Numerator", metric.numerator),
                ("Denominator", metric.denominator),
                ("Month of", metric.date_basis),
                ("Why this target", metric.target_source),
                ("Caveats", metric.caveats),
            ]
            return [(term, text) for term, text in told if text]
        told = [(source.name, self._tables[source.name])]
        return told + [(name, self._columns[source.name, name]) for name in source.columns]

    def comment(self, table: str) -> str:
        """The description of a table."""
        return self._tables[table]

    def names(self) -> dict[str, list[dict[str, str | None]]]:
        """The payers, clinics and providers, by id, with a label of their own each."""
        return {
            slice_: _labelled(
                self.rows(f"select {slice_}_id, {slice_}_name from core.dim_{slice_} order by all")
            )
            for slice_ in SLICES
        }

    def held(self, dataset: Dataset, most_rows: int = MOST_ROWS) -> Held:
        """The rows that a page holds of a dataset: as many filters as `most_rows` allows."""
        for slices, is_combined in _choices(dataset.slices):
            sql = self._sql(dataset, slices, is_combined)
            # Not counted first: counting costs as much as the rows.
            rows = self.records(sql, most_rows + 1 if slices else None)
            if len(rows) <= most_rows or not slices:
                return Held(slices, is_combined, _encoded(rows), len(rows))
        raise AssertionError("the last choice has no slices")

    def _metrics(self) -> dict[str, Metric]:
        fields = ", ".join(Metric.__dataclass_fields__)
        found = self.rows(f"select {fields} from metrics.catalog order by metric_id")
        return {row[0]: Metric(*row) for row in found}

    def _months(self) -> list[date]:
        """The months that the report can show, oldest first."""
        if self.as_of is None:
            return []
        found = self.rows(
            "select distinct month from metrics.scorecard where month <= ? order by month desc",
            [self.as_of],
        )
        return sorted(row[0] for row in found[:MONTHS])

    def _sql(self, dataset: Dataset, slices: tuple[str, ...], is_combined: bool) -> str:
        keys = {key.name: key.expression or key.name for key in dataset.keys}
        if dataset.month:
            keys["month"] = dataset.month
        ids = {slice_: f"{slice_}_id" for slice_ in slices}
        every = [f"{expression} as {name}" for name, expression in keys.items()]
        told = [f"{measure.sql} as {measure.name}" for measure in dataset.measures]
        # '=' before an id: a null one is a slice of its own, that of unknown links.
        if is_combined:
            every += [f"'=' || coalesce({column}, '') as {name}" for name, column in ids.items()]
            sets = [(*keys.values(), *ids.values())]
        else:
            # '*': all of them.
            every += [
                f"case when grouping({column}) = 1 then '*' else '=' || coalesce({column}, '') end"
                f" as {name}"
                for name, column in ids.items()
            ]
            sets = [tuple(keys.values()), *((*keys.values(), one) for one in ids.values())]
        where = [*dataset.where]
        if dataset.month and self.months:
            first, last = self.months[0], self.months[-1]
            where.append(f"{dataset.month} between date '{first}' and date '{last}'")
        return (
            f"select {', '.join([*every, *told])} from {dataset.relation}"
            + (f" where {' and '.join(where)}" if where else "")
            + " group by grouping sets ("
            + ", ".join(f"({', '.join(one)})" for one in sets)
            + ") having count(*) > 0 order by all"
        )


def _choices(slices: tuple[str, ...]) -> Iterable[tuple[tuple[str, ...], bool]]:
    yield slices, True
    for kept in range(len(slices), -1, -1):
        yield slices[:kept], False


def _labelled(rows: Iterable[tuple[str, str | None]]) -> list[dict[str, str | None]]:
    rows = list(rows)
    names = [name for _, name in rows]
    return [
        {
            "id": one,
            "name": name,
            "label": name if name and names.count(name) == 1 else f"{name or ''} ({one})".strip(),
        }
        for one, name in rows
    ]


def _encoded(rows: list[Mapping[str, object]]) -> dict[str, object]:
    """Rows by column: numbers as they are, all else as positions in a list of what occurs."""
    columns: dict[str, object] = {}
    for name in rows[0] if rows else ():
        values = [_plain(row[name]) for row in rows]
        if any(isinstance(value, str) for value in values):
            distinct = sorted({value for value in values if value is not None})
            place = {value: number for number, value in enumerate(distinct)}
            columns[name] = {"of": distinct, "at": [place.get(value, -1) for value in values]}
        else:
            columns[name] = values
    return columns


def _plain(value: object) -> object:
    """A value as JSON has it: days as text, decimals as numbers, flags as 0 and 1."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    return value
