"""The rows of a new published file: written whole, or what differs replaced in a copy of the last.

Belongs here: how rows, their order and comments get into the file, and when the last one will do as
a start. Does not belong here: which columns leave the warehouse, the checks of the file, and how it
takes the place of the last (publish).

On most nights a few rows in a hundred differ. To find them takes a pass over both files, to write
all of them three times as long. Rows that went keep their room in the file, so that it is written
whole when it has grown, and at least as often as the last nights are thrown away.
"""

import contextlib
import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.quoting import quoted_name, quoted_text

# The oldest format of the 1.x files: every 1.x client, JDBC and ODBC driver opens it.
STORAGE_VERSION = "v1.0.0"
# What a worklist is sorted by.
STAKE = "at_stake_amount"
# Rows of one payer lie together, since its files speak of it alone, and among them those of one
# patient, visit, claim and charge: the file is a third smaller, and a key is still found in few
# places. A clinic before them would save no more, and scatter the keys.
TOGETHER = ("payer_id", "patient_key", "visit_key", "claim_key", "charge_key")
# Of these most rows stay from night to night; the others are small, and ordered for who reads them.
LARGE = "core"
MOST_REPLACEMENTS = 6
_MOST_GROWTH = 1.3
_ROOM = 16_000_000
_MOST_CHANGED = 0.2
# The same when the rows are, in whatever order.
SUM_OF_ROWS = "sum(hash({}) :: hugeint)"


@dataclass(frozen=True)
class Table:
    """A table to publish: its comment, and its columns with theirs, in order."""

    schema: str
    name: str
    comment: str
    columns: dict[str, str]

    @property
    def named(self) -> str:
        """Its name in a database, quoted, with its schema."""
        return f"{self.schema}.{quoted_name(self.name)}"

    @property
    def listed(self) -> str:
        """Its columns, quoted."""
        return ", ".join(map(quoted_name, self.columns))


@dataclass(frozen=True)
class Origin:
    """How a published file came about.

    whole_bytes is its size when it was last written whole; replacements, how many times rows were
    replaced in it since.
    """

    whole_bytes: int
    replacements: int


def write(
    connection: duckdb.DuckDBPyConnection,
    tables: list[Table],
    draft: Path,
    last: tuple[Path, Origin] | None,
) -> Origin:
    """Write a draft that holds all rows of the tables.

    Args:
        connection: has the warehouse attached as `warehouse`.
        tables: what is published.
        draft: a file that does not exist.
        last: the published file by the same code and key, when there is one.

    Raises:
        duckdb.Error: the warehouse lacks a table or column, or the draft cannot be written.
        OSError: the last file cannot be copied.
    """
    if last is not None and last[1].replacements < MOST_REPLACEMENTS:
        file, origin = last
        shutil.copyfile(file, draft)
        is_replaced = _replace(connection, tables, draft)
        if is_replaced and draft.stat().st_size <= _MOST_GROWTH * origin.whole_bytes + _ROOM:
            return Origin(origin.whole_bytes, origin.replacements + 1)
        discard(draft)
    connection.execute(
        f"attach {quoted_text(draft)} as draft (storage_version '{STORAGE_VERSION}')"
    )
    for schema in dict.fromkeys(table.schema for table in tables):
        connection.execute(f"create schema draft.{schema}")
    for table in tables:
        _write_table(connection, table)
    connection.execute("detach draft")
    return Origin(draft.stat().st_size, 0)


def discard(draft: Path) -> None:
    """Remove a draft, and the log of changes that DuckDB keeps beside it until it is closed."""
    for file in (draft, draft.with_name(f"{draft.name}.wal")):
        with contextlib.suppress(OSError):
            file.unlink()


def _write_table(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    connection.begin()  # a comment that is committed by itself takes milliseconds
    connection.execute(
        f"create or replace table draft.{table.named} as "
        f"select {table.listed} from warehouse.{table.named} order by {_order(table)}"
    )
    connection.execute(f"comment on table draft.{table.named} is {quoted_text(table.comment)}")
    for column, comment in table.columns.items():
        connection.execute(
            f"comment on column draft.{table.named}.{quoted_name(column)} is {quoted_text(comment)}"
        )
    connection.commit()


def _replace(connection: duckdb.DuckDBPyConnection, tables: list[Table], draft: Path) -> bool:
    """Replace what differs in a copy of the last file; False when it is not fit for that.

    It is damaged, or the warehouse lacks a column: writing all of it tells which.
    """
    try:
        with connection.cursor() as own:  # what it had begun ends with it
            own.execute(f"attach {quoted_text(draft)} as draft")
            for table in tables:
                if table.schema == LARGE:
                    _replace_rows(own, table)
                elif _differs(own, table):
                    _write_table(own, table)
        return True
    except duckdb.Error:
        return False
    finally:
        connection.execute("detach database if exists draft")


def _differs(connection: duckdb.DuckDBPyConnection, table: Table) -> bool:
    now, then = (
        connection.sql(
            f"select count(*), {SUM_OF_ROWS.format(table.listed)} from {database}.{table.named}"
        ).fetchone()
        for database in ("warehouse", "draft")
    )
    return now != then


# Rows are known by a hash of all their columns. A row that is there twice shows in the sums.
_COMPARED = """
    create or replace temp table now as
    select hash({columns}) as row_hash from warehouse.{table};
    create or replace temp table before as
    select hash({columns}) as row_hash, rowid as place from draft.{table};
    create or replace temp table gone as
    select * from before where not exists (select 1 from now where now.row_hash = before.row_hash);
    create or replace temp table come as
    select * from now where not exists (select 1 from before where before.row_hash = now.row_hash)
"""
_COUNTED = """
    select
        (select count(*) from before), (select count(*) from gone), (select count(*) from come),
        (select count(*) from now) = (select count(*) from before)
            - (select count(*) from gone) + (select count(*) from come)
        and (select coalesce(sum(row_hash :: hugeint), 0) from now)
            = (select coalesce(sum(row_hash :: hugeint), 0) from before)
            - (select coalesce(sum(row_hash :: hugeint), 0) from gone)
            + (select coalesce(sum(row_hash :: hugeint), 0) from come)
"""
_REPLACED = """
    delete from draft.{table} where rowid in (select place from gone);
    insert into draft.{table} by name
    select {columns} from warehouse.{table}
    where hash({columns}) in (select row_hash from come)
    order by {order}
"""


def _replace_rows(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Replace the rows of a table that differ, or all where many do, or some are there twice."""
    of_table = {"table": table.named, "columns": table.listed, "order": _order(table)}
    connection.execute(_COMPARED.format(**of_table))
    rows, gone, come, is_all = connection.sql(_COUNTED).fetchone()
    if max(gone, come) > _MOST_CHANGED * rows or not is_all:
        _write_table(connection, table)
    elif gone or come:
        connection.begin()
        connection.execute(_REPLACED.format(**of_table))
        connection.commit()


def _order(table: Table) -> str:
    """All columns, so that the same night gives the same file; a worklist's largest sums first."""
    first = [column for column in TOGETHER if column in table.columns]
    columns = [quoted_name(column) for column in dict.fromkeys([*first, *table.columns])]
    if table.schema == "worklists" and STAKE in table.columns:
        columns.insert(0, f"{quoted_name(STAKE)} desc")
    return ", ".join(columns)
