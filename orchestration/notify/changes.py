"""What changed between two published files, as sections of lines.

Belongs here: the comparison. Does not belong here: how it is told. Only counts, amounts, months and
names that this project or its practice's rule tables gave leave this module.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.quoting import quoted_text


@dataclass(frozen=True)
class Section:
    """One kind of change: its title and a line for each; never empty.

    is_change: false where it only says what stands as it stood.
    """

    title: str
    lines: list[str]
    is_change: bool = True


def changes(before: Path, now: Path) -> list[Section]:
    """Compare two published files; kinds without a change are left out.

    A kind that cannot be compared, since the older file was written by an older release, says so.

    Raises:
        duckdb.Error: one of the files cannot be opened.
    """
    with duckdb.connect() as connection:
        for alias, file in (("earlier", before), ("now", now)):
            connection.execute(f"attach {quoted_text(file)} as {alias} (read_only)")
        sections = [
            Section(title, lines, is_change=title not in _STANDING)
            for title, find in _KINDS.items()
            if (lines := _lines(connection, find))
        ]
    return sections


_Find = Callable[[duckdb.DuckDBPyConnection], list[str]]


def _lines(connection: duckdb.DuckDBPyConnection, find: _Find) -> list[str]:
    try:
        return find(connection)
    except duckdb.Error:
        # Its text may quote a value.
        return ["cannot be compared with the earlier file, which another release wrote"]


def _denials(connection: duckdb.DuckDBPyConnection) -> list[str]:
    rows = connection.sql(
        """
        select root_cause, count(*), sum(denial_amount)
        from now.core.fct_denial anti join earlier.core.fct_denial
            using (adjudication_line_key)
        where denial_amount <> 0
        group by root_cause
        order by sum(denial_amount) desc, root_cause
        """
    ).fetchall()
    if not rows:
        return []
    lines, amount = sum(row[1] for row in rows), sum(row[2] for row in rows)
    return [
        f"{_many(lines, 'line')}, ${amount:,.2f}",
        *(f"{cause}: {_many(count, 'line')}, ${part:,.2f}" for cause, count, part in rows),
    ]


def _signals(connection: duckdb.DuckDBPyConnection) -> list[str]:
    # Payers are counted, not named: their names are what somebody typed.
    rows = connection.sql(
        """
        select n.root_cause, n.month, n.signal, count(*)
        from now.metrics.denial_trend_chart as n
        left join earlier.metrics.denial_trend_chart as e
            on n.payer_id is not distinct from e.payer_id
            and n.month = e.month and n.root_cause = e.root_cause
        where n.signal <> 'none' and n.signal is distinct from e.signal
        group by all order by n.month desc, n.root_cause, n.signal
        """
    ).fetchall()
    return [
        f"denials for {cause} in {month:%Y-%m}: {signal} the limits at {_many(payers, 'payer')}"
        for cause, month, signal, payers in rows
    ]


def _missed(connection: duckdb.DuckDBPyConnection) -> list[str]:
    newest = """
        select metric_id, month, value, target, status from {}.metrics.scorecard
        where scope = 'practice'
        qualify row_number() over (
            partition by metric_id order by is_mature desc, month desc
        ) = 1
    """
    rows = connection.sql(
        f"""
        select c.name, n.month, n.value, n.target, c.unit
        from ({newest.format("now")}) as n
        inner join ({newest.format("earlier")}) as e on n.metric_id = e.metric_id
        inner join now.metrics.catalog as c on n.metric_id = c.metric_id
        where n.status = 'missed' and e.status = 'met'
        order by c.name
        """
    ).fetchall()
    return [
        f"{name}: {_shown(value, unit)} in {month:%Y-%m}, target {_shown(target, unit)}"
        for name, month, value, target, unit in rows
    ]


def _expectations(connection: duckdb.DuckDBPyConnection) -> list[str]:
    rows = connection.sql(
        """
        select n.table_name, n.expectation, n.rows_failing, n.owner
        from now.quality.expectation_results as n
        left join earlier.quality.expectation_results as e
            on n.suite = e.suite and n.expectation = e.expectation
        where not n.is_met and e.is_met is not false
        order by n.table_name, n.expectation
        """
    ).fetchall()
    return [
        f"{expectation} of {table}: {_failing(expectation, count)} ({owner.replace('_', ' ')})"
        for table, expectation, count, owner in rows
    ]


def _still_unmet(connection: duckdb.DuckDBPyConnection) -> list[str]:
    (count,) = connection.sql(
        """
        select count(*)
        from now.quality.expectation_results as n
        inner join earlier.quality.expectation_results as e
            on n.suite = e.suite and n.expectation = e.expectation
        where not n.is_met and not e.is_met
        """
    ).fetchone()
    return [_many(count, "expectation")] if count else []


def _failing(expectation: str, count: int | None) -> str:
    if count is None:
        return "not judged"
    if expectation.endswith("_keep_coming"):
        return f"the newest is {_many(count, 'day')} old"
    return f"{count:,} failing"


def _quarantine(connection: duckdb.DuckDBPyConnection) -> list[str]:
    rows = connection.sql(
        """
        select
            case when n.kind = 'x12' then 'X12' else coalesce(n.extract, 'unknown extracts') end,
            count(*) filter (
                where n.status = 'quarantined' and e.status is distinct from 'quarantined'
            ) as files,
            cast(sum(greatest(n.rows_quarantined - coalesce(e.rows_quarantined, 0), 0)) as bigint)
                as rows
        from now.quality.load_log as n
        left join earlier.quality.load_log as e on n.file = e.file and n.sha256 = e.sha256
        group by 1 having files > 0 or rows > 0 order by 1
        """
    ).fetchall()
    return [f"{of}: {_many(files, 'file')}, {_many(count, 'row')}" for of, files, count in rows]


def _worklists(connection: duckdb.DuckDBPyConnection) -> list[str]:
    names = connection.sql(
        "select table_name from duckdb_tables() where database_name = 'now' "
        "and schema_name = 'worklists' order by all"
    ).fetchall()
    lines = []
    for (name,) in names:
        total = f'select count(*), coalesce(sum(at_stake_amount), 0) from {{}}.worklists."{name}"'
        try:
            was = connection.sql(total.format("earlier")).fetchone()
        except duckdb.CatalogException:
            was = (0, 0)  # a worklist that the earlier release did not have
        count, amount = connection.sql(total.format("now")).fetchone()
        if (count, amount) != was:
            lines.append(
                f"{name}: {_many(count, 'item')} ({count - was[0]:+,}), "
                f"${amount:,.2f} ({_signed(amount - was[1])})"
            )
    return lines


_KINDS: dict[str, _Find] = {
    "New denials": _denials,
    "Left their control limits": _signals,
    "From met to missed": _missed,
    "Expectations no longer met": _expectations,
    "Newly quarantined": _quarantine,
    "Worklists that moved": _worklists,
    "Still not met": _still_unmet,
}
_STANDING = {"Still not met"}


def _many(count: int, thing: str) -> str:
    return f"{count:,} {thing}" + ("" if count == 1 else "s")


def _signed(amount: float) -> str:
    return f"{'-' if amount < 0 else '+'}${abs(amount):,.2f}"


def _shown(value: float, unit: str) -> str:
    if unit == "ratio":
        return f"{value:.1%}"
    return f"${value:,.2f}" if unit == "US dollars" else f"{value:,.1f}"
