"""`python -m orchestration.share`: metric tables that may leave the practice, without small cells.

Belongs here: which numbers are told, and which are held back so that no small count can be read
off or worked out. Does not belong here: the metrics. Read is only the published file.

A row is a metric in a month for the practice, a payer, a clinic or a provider, and is told whole
or not at all. It is held back where what it counts, the part in the numerator or the part outside
it is from 1 to 10 (primary), and where it would help to work out one that is (complementary).
Nothing sums over months: previous and trailing values are not told. Metrics that divide by
dollars are left out: no count tells how many people are behind them.
"""

import csv
import shutil
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path

import duckdb

from orchestration.settings import Settings, SettingsError

SMALLEST_CELL = 11
# What a spreadsheet takes for the start of a formula.
FORMULA_STARTS = "=+-@\t\r\n"
SCOPES = ("practice", "payer", "clinic", "provider")
# Beside them only rows of counts: (payer, clinic, provider).
Slice = tuple[str | None, str | None, str | None]
Row = tuple[str, str | None]

# Ranks are taken over the numbers modulo a prime: exact, and a relation found there that is none
# over the fractions (which chance does not bring about) would only hold back more.
_PRIME = (1 << 61) - 1


# What a slice holds of a metric: numerator, the parts counted apart, whether it is final.
Held = tuple[object, tuple[int, ...], bool]

HEADER = ("month", "scope", "scope_id", "numerator", "denominator", "value", "is_mature")
README = """\
Metrics of an outpatient therapy practice as of {as_of:%Y-%m-%d}, for readers outside it: one file
a metric.

A row is a month of the whole practice, a payer, a clinic or a provider. It is left out where what
it counts, the part in the numerator or the part outside it is from 1 to {most}, and where it would
help to work out a row that is left out: {hidden} of {rows} rows. value = numerator / denominator.
is_mature: the month changes no more. A text that a spreadsheet would take for a formula begins
with an apostrophe.

{names}

Metrics that divide by dollars are not here: no count tells how many people are behind them.
"""


def rows_of(slices: Iterable[Slice]) -> dict[Row, frozenset[Slice]]:
    """The rows that slices sum to: the practice, and each payer, clinic and provider."""
    rows: dict[Row, set[Slice]] = {}
    for one in slices:
        rows.setdefault(("practice", None), set()).add(one)
        for scope, scope_id in zip(SCOPES[1:], one, strict=True):
            rows.setdefault((scope, scope_id), set()).add(one)
    return {row: frozenset(held) for row, held in rows.items()}


def held_back(tables: Collection[Mapping[Slice, tuple[int, ...]]]) -> set[Row]:
    """The rows that are not told of tables over the same slices with the same totals.

    A table has for each slice the parts that it counts apart, at least one, all from 0 on. Of no
    row held back a part, or the sum of them, is a linear combination of what is told, with what a
    told zero says of its slices; nor do those held back of a scope count fewer than SMALLEST_CELL.
    """
    rows = rows_of(one for table in tables for one in table)
    systems = [_Part(rows, one) for table in tables for one in _parts(table)]
    hidden = {row for row in rows if any(part.is_small(row) for part in systems)}
    while exposed := _exposed(rows, systems, hidden):
        hidden.add(_one_more(rows, systems, hidden, exposed))
    return hidden


def _parts(table: Mapping[Slice, tuple[int, ...]]) -> Iterator[dict[Slice, int]]:
    width = len(next(iter(table.values()), ()))
    if width != 1:
        yield {one: sum(parts) for one, parts in table.items()}
    for position in range(width):
        yield {one: parts[position] for one, parts in table.items()}


class _Part:
    """One thing that is counted, summed to rows."""

    def __init__(self, rows: Mapping[Row, frozenset[Slice]], counts: Mapping[Slice, int]) -> None:
        self.sums = {row: sum(counts.get(one, 0) for one in slices) for row, slices in rows.items()}

    def is_small(self, row: Row) -> bool:
        return 0 < self.sums[row] < SMALLEST_CELL


def _exposed(
    rows: Mapping[Row, frozenset[Slice]], systems: Iterable[_Part], hidden: set[Row]
) -> Row | None:
    """A row held back that can be worked out, or whose scope holds back too few; None: none."""
    ordered = sorted(hidden, key=str)
    told = [row for row in rows if row not in hidden]
    if not told:
        return None
    for part in systems:
        zeros = {one for row in told if part.sums[row] == 0 for one in rows[row]}
        # A zero says that each of its slices is zero: they drop out of every other sum.
        span = _Span(rows[row] - zeros for row in told)
        for row in ordered:
            if span.holds(rows[row] - zeros):
                return row
        for scope in SCOPES[1:]:
            few = [row for row in ordered if row[0] == scope]
            if 0 < sum(part.sums[row] for row in few) < SMALLEST_CELL:
                return few[0]
    return None


def _one_more(
    rows: Mapping[Row, frozenset[Slice]],
    systems: list[_Part],
    hidden: set[Row],
    exposed: Row,
) -> Row:
    """The row that is held back next: the smallest of the scope, else of those that touch it."""
    told = [row for row in rows if row not in hidden]
    near = [row for row in told if row[0] == exposed[0]]
    near = near or [row for row in told if rows[row] & rows[exposed]] or told
    return min(near, key=lambda row: (systems[0].sums[row] == 0, systems[0].sums[row], str(row)))


class _Span:
    """What can be worked out from sums over sets of slices."""

    def __init__(self, sums: Iterable[frozenset[Slice]]) -> None:
        self._pivots: dict[Slice, dict[Slice, int]] = {}
        for one in sums:
            rest = self._reduced(one)
            if rest:
                pivot, factor = next(iter(rest.items()))
                inverse = pow(factor, -1, _PRIME)
                self._pivots[pivot] = {k: v * inverse % _PRIME for k, v in rest.items()}

    def holds(self, one: frozenset[Slice]) -> bool:
        return not self._reduced(one)

    def _reduced(self, one: frozenset[Slice]) -> dict[Slice, int]:
        rest = dict.fromkeys(one, 1)
        for pivot, row in self._pivots.items():
            factor = rest.get(pivot, 0)
            if factor:
                for key, value in row.items():
                    left = (rest.get(key, 0) - factor * value) % _PRIME
                    if left:
                        rest[key] = left
                    else:
                        rest.pop(key, None)
        return rest


def share(settings: Settings) -> tuple[Path, int, int]:
    """Write the tables of the published file; return the folder, rows told and rows held back.

    The folder is replaced whole, and is not made before every table is written.
    """
    with duckdb.connect(str(settings.published), read_only=True) as published:
        names = dict(published.sql(_NAMES).fetchall())
        slices = {metric: _slices(published, metric) for metric in names}
    hidden = _held_back_of_all(slices)
    folder = settings.home / "shared" / f"{settings.as_of:%Y-%m-%d}"
    draft = folder.with_name(f".{folder.name}")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    rows = told = 0
    for metric, months in slices.items():
        lines = list(_lines(metric, months, hidden))
        rows += len(lines)
        lines = [line for line in lines if line is not None]
        told += len(lines)
        with (draft / f"{metric}.csv").open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([HEADER, *lines])
    text = README.format(
        as_of=settings.as_of,
        most=SMALLEST_CELL - 1,
        hidden=rows - told,
        rows=rows,
        names="\n".join(f"{metric}.csv  {name}" for metric, name in sorted(names.items())),
    )
    (draft / "README.txt").write_text(text, encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    draft.rename(folder)
    return folder, told, rows - told


# The metrics whose denominator counts something, by slice and nothing else.
_NAMES = """
select c.metric_id, c.name
from metrics.catalog as c
inner join duckdb_columns() as d on d.schema_name = 'metrics' and d.table_name = c.metric_id
group by all
having
    bool_or(d.column_name = 'denominator' and d.data_type = 'BIGINT')
    and not bool_or(d.column_name = 'root_cause')
order by c.metric_id
"""


def _slices(published: duckdb.DuckDBPyConnection, metric: str) -> dict[date, dict[Slice, Held]]:
    (unit,) = published.execute(
        "select unit from metrics.catalog where metric_id = ?", [metric]
    ).fetchone()
    found: dict[date, dict[Slice, Held]] = {}
    for month, *one, numerator, denominator, is_mature in published.sql(
        "select month, payer_id, clinic_id, provider_id, numerator, denominator, is_mature "
        f"from metrics.{metric} order by all"
    ).fetchall():
        is_part = unit == "ratio"
        parts = (numerator, denominator - numerator) if is_part else (denominator,)
        found.setdefault(month, {})[tuple(one)] = (numerator, parts, is_mature)
    return found


def _held_back_of_all(
    slices: Mapping[str, Mapping[date, Mapping[Slice, Held]]],
) -> dict[tuple[str, date], set[Row]]:
    """What is held back of every metric and month; metrics of the same things are judged as one.

    No-shows and cancellations have one denominator: what the one tells, the other must not hide.
    """
    alike: dict[object, list[tuple[str, date]]] = {}
    for metric, months in slices.items():
        for month, held in months.items():
            totals = frozenset((one, sum(parts)) for one, (_, parts, _) in held.items())
            alike.setdefault((month, totals), []).append((metric, month))
    hidden = {}
    for members in alike.values():
        tables = [
            {one: parts for one, (_, parts, _) in slices[metric][month].items()}
            for metric, month in members
        ]
        hidden |= dict.fromkeys(members, held_back(tables))
    return hidden


def _lines(
    metric: str,
    months: Mapping[date, Mapping[Slice, Held]],
    hidden: Mapping[tuple[str, date], set[Row]],
) -> Iterator[tuple | None]:
    """The rows of a metric as they are told; None for one that is held back."""
    for month, held in sorted(months.items()):
        for row, members in sorted(rows_of(held).items(), key=_in_order):
            if row in hidden[metric, month]:
                yield None
                continue
            numerator = sum(held[one][0] for one in members)
            denominator = sum(sum(held[one][1]) for one in members)
            value = f"{numerator / denominator:.6g}" if denominator else ""
            is_mature = str(all(held[one][2] for one in members)).lower()
            scope, scope_id = row
            yield (
                f"{month:%Y-%m}",
                scope,
                as_text(scope_id),
                numerator,
                denominator,
                value,
                is_mature,
            )


def _in_order(row: tuple[Row, object]) -> tuple[int, str]:
    (scope, scope_id), _ = row
    return SCOPES.index(scope), scope_id or ""


def as_text(text: str | None) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text and text[0] in FORMULA_STARTS else text or ""


def main() -> int:
    """Write the folder and return the exit code."""
    try:
        settings = Settings.from_environment()
    except SettingsError as problem:
        print(problem, file=sys.stderr)
        return 2
    if not settings.published.exists():
        print(settings.nothing_published, file=sys.stderr)
        return 1
    try:
        folder, told, hidden = share(settings)
    except OSError as error:
        print(f"{error.filename or 'A file'}: {error.strerror}.", file=sys.stderr)
        return 1
    print(f"shared: {folder} ({told:,} rows; {hidden:,} held back as small)")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
