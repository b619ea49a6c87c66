"""Rows that were read, as Arrow tables in the columns of schema raw.

Belongs here: from Python values to columns. Does not belong here: reading (csv_reader, x12), and
the database (store).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import NamedTuple

import pyarrow as pa

from orchestration.ingest.csv_reader import Batch, CsvReader, RejectedRow
from orchestration.ingest.x12_rows import Interchange, TransactionSet

# One table holds bodies of about this many characters, so that memory stays bounded.
_BODY_CHARACTERS_AT_ONCE = 8_000_000

_ARROW_TYPES = {int: pa.int64(), list[str]: pa.list_(pa.string())}


class Rows(NamedTuple):
    """Rows of one file for one table of schema raw; columns that it lacks are null."""

    table: str
    rows: pa.Table


def csv_rows(extract: str, sha256: str, reader: CsvReader, batch: Batch) -> Iterator[Rows]:
    """Rows of a CSV file, and those rejected among them."""
    if batch.rows:
        by_position = list(zip(*batch.rows, strict=True))
        columns = {
            name: pa.array(by_position[position], pa.string())
            for name, position in reader.contract_columns.items()
        }
        if reader.has_extra_columns:
            extra = [reader.extra_columns(row) for row in batch.rows]
            columns["extra_columns"] = pa.array(extra, pa.string())
        columns["row_number"] = pa.array(batch.row_numbers, pa.int64())
        yield _of_file(extract, sha256, columns)
    if batch.rejected:
        columns = _columns(RejectedRow, batch.rejected)
        columns["extract"] = pa.array([extract] * len(batch.rejected), pa.string())
        yield _of_file("quarantined_rows", sha256, columns)


def x12_rows(sha256: str, read: Iterable[Interchange | TransactionSet]) -> Iterator[Rows]:
    """Rows of an X12 file."""
    tables = {Interchange: "x12_interchanges", TransactionSet: "x12_transactions"}
    for some in _portions(read):
        for row_type, table in tables.items():
            if rows := [row for row in some if isinstance(row, row_type)]:
                yield _of_file(table, sha256, _columns(row_type, rows))


def mapped_rows(
    sha256: str,
    extract: str,
    made_with: tuple[str, str, str],
    outcomes: Mapping[tuple[str, str | None], int],
) -> Iterator[Rows]:
    """What became of the lines of a delivered file: by outcome and reason.

    `made_with`: the mapping's name and hash, and the hash of the delivered file.
    """
    names = ("sha256", "extract", "mapping", "mapping_sha256", "delivered_sha256")
    rows = [
        dict(zip(names, (sha256, extract, *made_with), strict=True))
        | {"outcome": outcome, "reason": reason, "row_count": count}
        for (outcome, reason), count in outcomes.items()
    ]
    if rows:
        yield Rows("mapped_rows", pa.Table.from_pylist(rows))


def _portions(
    rows: Iterable[Interchange | TransactionSet],
) -> Iterator[list[Interchange | TransactionSet]]:
    some: list[Interchange | TransactionSet] = []
    characters = 0
    for one in rows:
        some.append(one)
        characters += 500 + (len(one.body) if isinstance(one, TransactionSet) else 0)
        if characters >= _BODY_CHARACTERS_AT_ONCE:
            yield some
            some, characters = [], 0
    if some:
        yield some


def _columns(row_type: type, rows: Sequence) -> dict[str, pa.Array]:
    """The columns of rows that are dataclasses, made all at once: most files have few rows."""
    names = [column.name for column in fields(row_type)]
    values = pa.array(map(attrgetter(*names), rows), _struct(row_type), size=len(rows))
    return dict(zip(names, values.flatten(), strict=True))


@cache
def _struct(row_type: type) -> pa.StructType:
    return pa.struct(
        [
            (
                column.name,
                _ARROW_TYPES.get(
                    column.type, pa.large_string() if column.name == "body" else pa.string()
                ),
            )
            for column in fields(row_type)
        ]
    )


def _of_file(table: str, sha256: str, columns: dict[str, pa.Array]) -> Rows:
    count = len(next(iter(columns.values())))
    columns["file_sha256"] = pa.repeat(pa.scalar(sha256), count)
    return Rows(table, pa.table(columns))
