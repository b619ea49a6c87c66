"""The raw schema: its tables, and writing to them.

Belongs here: the connection with its single-writer rule, the tables of schema raw, and inserts.
Does not belong here: which file is loaded when (load), and what a file means (csv_reader, x12).

Beside the documented tables, raw.contents remembers which content was loaded as which extract. It
is what makes loading idempotent: raw.files forgets a content when its path gets another one.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import date

import duckdb
import pyarrow as pa

from orchestration.ingest.arrow_rows import Rows
from orchestration.ingest.contract import Extract
from orchestration.ingest.errors import LoadError
from orchestration.ingest.partitions import Partitions
from orchestration.ingest.reference_tables import ReferenceFile, ReferenceTable
from orchestration.ingest.releases import Release
from orchestration.settings import Settings
from orchestration.warehouse import connect

# DuckDB writes what it logged to its tables each time that this much is in the log. More often is
# slower, and leaves a larger file; less often takes memory, and time after a power cut.
_CHECKPOINT_THRESHOLD = "1GB"

_TABLES = """
create schema if not exists raw;
create table if not exists raw.run_settings (as_of date, pseudonym_key varchar);
create table if not exists raw.files (
    file varchar primary key, sha256 varchar, kind varchar, extract varchar, extract_date date,
    status varchar, reason varchar, rows_read bigint, byte_count bigint
);
create table if not exists raw.releases (
    released_at timestamp, who varchar, why varchar, file varchar, kind varchar, sha256 varchar,
    level varchar, number integer, extract varchar, extract_date date, reason varchar
);
create table if not exists raw.icd10_codes (icd10_code varchar, release varchar);
create table if not exists raw.contents (
    kind varchar, extract varchar, sha256 varchar, rows_read bigint, reason varchar
);
create table if not exists raw.mapped_rows (
    sha256 varchar, extract varchar, mapping varchar, mapping_sha256 varchar,
    delivered_sha256 varchar, outcome varchar, reason varchar, row_count bigint
);
create table if not exists raw.quarantined_rows (
    extract varchar, file_sha256 varchar, row_number bigint, text varchar, reason varchar
);
create table if not exists raw.x12_interchanges (
    file_sha256 varchar, interchange_number integer, isa06 varchar, isa08 varchar, isa09 varchar,
    isa10 varchar, isa13 varchar, isa15 varchar, element_separator varchar,
    component_separator varchar, segment_terminator varchar, ta1 varchar[]
);
create table if not exists raw.x12_transactions (
    file_sha256 varchar, set_number integer, interchange_number integer, group_number integer,
    isa06 varchar, isa08 varchar, isa09 varchar, isa13 varchar, isa15 varchar,
    gs01 varchar, gs02 varchar, gs03 varchar, gs04 varchar, gs06 varchar, gs08 varchar,
    st01 varchar, st02 varchar, st03 varchar, segment_count integer, body varchar,
    body_sha256 varchar, frame_error varchar
);
-- What the facts were last built from, and what a build that did not end had begun with: dbt writes
-- both (macros/rebuild/built.sql).
create schema if not exists built;
create table if not exists built.run (as_of date, fingerprint varchar);
create table if not exists built.versions (kind varchar, version varchar);
create table if not exists built.claim_numbers (submitted_claim_id varchar, claim_id varchar);
create table if not exists built.begun (as_of date, is_whole boolean);
create table if not exists built.begun_versions (kind varchar, version varchar);
"""


@dataclass(frozen=True)
class FileRecord:
    """A row of raw.files."""

    file: str
    sha256: str | None
    kind: str
    extract: str | None
    extract_date: date | None
    status: str
    reason: str | None
    rows_read: int
    byte_count: int | None


_RECORD_TYPES = {
    one.name: {date | None: pa.date32(), int: pa.int64(), int | None: pa.int64()}.get(
        one.type, pa.string()
    )
    for one in fields(FileRecord)
}


@dataclass(frozen=True)
class Content:
    """What is remembered of a loaded content: its row count, and the note on it, if any."""

    rows_read: int
    reason: str | None


@contextmanager
def open_warehouse(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the private warehouse for writing and close it afterwards.

    Raises:
        LoadError: another process has it open, or it cannot be opened.
    """
    options = {"threads": settings.threads, "checkpoint_threshold": _CHECKPOINT_THRESHOLD}
    # The one that writes, and the one that reads ahead: DuckDB starts its own beside them.
    options["external_threads"] = min(2, settings.threads)
    if settings.memory_limit is not None:
        options["memory_limit"] = settings.memory_limit
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        connection = connect(settings, **options)
    except OSError as error:
        raise LoadError(f"{settings.home} cannot be written to: {error.strerror}.") from None
    except duckdb.Error as error:
        raise LoadError(_why_not_opened(settings, str(error))) from None
    try:
        yield connection
    finally:
        connection.close()


def _why_not_opened(settings: Settings, message: str) -> str:
    if "Could not set lock" in message or "different configuration" in message:
        holder = re.search(r"PID (\d+)", message)
        by = f"process {holder[1]}" if holder else "another connection"
        return (
            f"The warehouse {settings.warehouse} is in use by {by}, and it has one writer at a "
            "time: wait until that run has ended, or stop it."
        )
    return f"The warehouse {settings.warehouse} cannot be opened: {message}"


def create_tables(connection: duckdb.DuckDBPyConnection, contract: dict[str, Extract]) -> None:
    """Create the tables that are missing; add the columns that the contract has gained.

    Raises:
        LoadError: the warehouse holds X12 sets under the delimiters of their files.
    """
    connection.execute(_TABLES)
    for extract in contract.values():
        columns = ", ".join(f'"{column}" varchar' for column in extract.columns)
        connection.execute(
            f'create table if not exists raw."{extract.name}" '
            f"({columns}, extra_columns varchar, file_sha256 varchar, row_number bigint)"
        )
    present = connection.execute(
        "select table_name, column_name from duckdb_columns() where schema_name = 'raw'"
    ).fetchall()
    if ("x12_transactions", "segment_terminator") in present:
        raise LoadError(
            "The warehouse holds X12 as an earlier version stored it: build it anew (make rebuild)."
        )
    wanted = ((one.name, column) for one in contract.values() for column in one.columns)
    for table, column in set(wanted).difference(present):
        connection.execute(f'alter table raw."{table}" add column "{column}" varchar')


def known_key(connection: duckdb.DuckDBPyConnection) -> str | None:
    """Return the key that the warehouse's pseudonyms were made with; None in a new warehouse."""
    row = connection.execute("select max(pseudonym_key) from raw.run_settings").fetchone()
    return row[0]


def replace_run_settings(connection: duckdb.DuckDBPyConnection, as_of: date, key: str) -> None:
    """Say for which day, and with which key, this run speaks."""
    connection.execute("delete from raw.run_settings")
    connection.execute("insert into raw.run_settings values (?, ?)", [as_of, key])


def replace_releases(connection: duckdb.DuckDBPyConnection, releases: Sequence[Release]) -> None:
    """Write what people released, as their file says it now."""
    connection.execute("delete from raw.releases")
    for one in releases:
        values = [getattr(one, column.name) for column in fields(Release)]
        marks = ", ".join("?" * len(values))
        connection.execute(f"insert into raw.releases values ({marks})", values)


def replace_reference_tables(
    connection: duckdb.DuckDBPyConnection,
    tables: Iterable[ReferenceTable],
    files: Sequence[ReferenceFile],
) -> None:
    """Make the practice's own reference tables anew; without a file a table is empty."""
    for table in tables:
        columns = ", ".join(f'"{column}" varchar' for column in table.types)
        connection.execute(
            f'create or replace table raw."reference_{table.name}" ({columns}, row_number bigint)'
        )
    connection.execute(
        "create or replace table raw.reference_files (reference_table varchar, file varchar, "
        "sha256 varchar, is_replacement boolean, rows_read bigint)"
    )
    for file in files:
        if file.rows:
            places = ", ".join("?" * len(file.rows[0]))
            connection.executemany(
                f'insert into raw."reference_{file.table}" values ({places})', file.rows
            )
        connection.execute(
            "insert into raw.reference_files values (?, ?, ?, ?, ?)",
            [file.table, file.file, file.sha256, file.is_replacement, len(file.rows)],
        )


def known_files(connection: duckdb.DuckDBPyConnection) -> dict[str, FileRecord]:
    """Return the rows of raw.files by path."""
    columns = ", ".join(column.name for column in fields(FileRecord))
    rows = connection.execute(f"select {columns} from raw.files").fetchall()
    return {row[0]: FileRecord(*row) for row in rows}


def known_contents(
    connection: duckdb.DuckDBPyConnection,
) -> dict[tuple[str, str | None, str], Content]:
    """Return the loaded contents by kind, extract and hash."""
    rows = connection.execute(
        "select kind, extract, sha256, rows_read, reason from raw.contents"
    ).fetchall()
    return {(kind, extract, sha256): Content(*rest) for kind, extract, sha256, *rest in rows}


def put_files(connection: duckdb.DuckDBPyConnection, records: Sequence[FileRecord]) -> None:
    """Write rows of raw.files, in the place of earlier ones of the same paths."""
    _insert(connection, "files", _table(records), "insert or replace")


def put_contents(connection: duckdb.DuckDBPyConnection, records: Sequence[FileRecord]) -> None:
    """Remember that the contents of files are loaded."""
    names = ["kind", "extract", "sha256", "rows_read", "reason"]
    _insert(connection, "contents", _table(records).select(names))


def put_rows(
    connection: duckdb.DuckDBPyConnection,
    rows: Iterable[Rows],
    partitions: Partitions | None = None,
) -> None:
    """Insert rows of files into their tables, or write them as partitions, once a table."""
    by_table: dict[str, list[pa.Table]] = {}
    for one in rows:
        by_table.setdefault(one.table, []).append(one.rows)
    for table, parts in by_table.items():
        # Files have not all the same columns. DuckDB takes 0.2 ms for each chunk of a table.
        whole = pa.concat_tables(parts, promote_options="default").combine_chunks()
        if partitions is not None and partitions.takes(table):
            partitions.put(table, whole)
        else:
            _insert(connection, table, whole)


def forget_files(connection: duckdb.DuckDBPyConnection, files: Iterable[str]) -> None:
    """Take paths out of raw.files, so that they no longer count; their rows stay in raw."""
    for file in files:
        connection.execute("delete from raw.files where file = ?", [file])


def _table(records: Sequence[FileRecord]) -> pa.Table:
    return pa.table(
        {
            name: pa.array([getattr(one, name) for one in records], column_type)
            for name, column_type in _RECORD_TYPES.items()
        }
    )


def _insert(
    connection: duckdb.DuckDBPyConnection, table: str, rows: pa.Table, how: str = "insert"
) -> None:
    if not rows.num_rows:
        return
    # DuckDB finds the variable by its name. Rows that are registered are a view, which a
    # transaction keeps to its end: a file of a gigabyte would stay in memory.
    connection.execute(f'{how} into raw."{table}" by name select * from rows')
