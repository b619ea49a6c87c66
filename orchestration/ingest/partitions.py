"""Raw as Parquet for Spark: the rows of files in folders, named by a ledger in the warehouse.

Belongs here: writing a folder for each table and load, so that a load which was stopped at any
instant loses nothing and leaves nothing twice. Does not belong here: the transactions (writer), and
what Spark does with the folders (orchestration.spark).

`raw/<table>/load=<id>/` is there, whole and on disk, before the transaction that names it in
raw.loads ends. A folder that no row names is of a load that was stopped, and goes. A row without
its folder is a home that lost files: that ends the load.
"""

import contextlib
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

from orchestration.files import flush
from orchestration.ingest.errors import LoadError
from orchestration.quoting import quoted_name, quoted_text
from orchestration.settings import Settings, SettingsError
from orchestration.warehouse import connect

# Small, and read here: what people ask for when something was not loaded as it came.
_IN_LEDGER = ("quarantined_rows", "mapped_rows")

_HAS_LOADS = (
    "select count(*) from duckdb_tables() where schema_name = 'raw' and table_name = 'loads'"
)
_HAS_CONTENTS = _HAS_LOADS.replace("'loads'", "'contents'")
_PREFIX = "load="
LOADS = "create table if not exists raw.loads (table_name varchar, load varchar, row_count bigint)"


def check_engine(settings: Settings) -> None:
    """See that the home, where something is loaded into it, was loaded for the engine of tonight.

    Raises:
        SettingsError: it was not: what the other engine reads of raw is not there.
    """
    if not settings.warehouse.exists() or not settings.warehouse.stat().st_size:
        return
    try:
        with connect(settings, read_only=True) as connection:
            is_of_spark = bool(connection.execute(_HAS_LOADS).fetchone()[0])
            is_loaded = connection.execute(_HAS_CONTENTS).fetchone()[0]
            is_loaded = is_loaded and connection.sql("select 1 from raw.contents").fetchone()
    except duckdb.IOException:
        return  # in use, or no database: who writes to it says so
    if is_loaded and is_of_spark != settings.is_spark:
        raise SettingsError(
            f"BILLING_ENGINE is {settings.engine}, and {settings.home} was loaded for the other "
            "engine: keep that one, or begin anew in another BILLING_HOME."
        )


class Partitions:
    """The folder of raw, and the connection to the ledger."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
        self._connection = connection
        self._folder = folder

    def prepare(self) -> None:
        """Make the ledger's table, and remove what a load that was stopped left behind.

        Raises:
            LoadError: a folder that the ledger names is not there, or one cannot be removed.
        """
        self._connection.execute(LOADS)
        if lost := self.sweep():
            raise LoadError(
                f"{lost} folders of {self._folder} are gone: restore them from the backup of this "
                "home, or begin anew in another BILLING_HOME."
            )

    def sweep(self) -> int:
        """Remove the folders that no row of the ledger names; return how many rows have none.

        Raises:
            LoadError: one cannot be removed.
        """
        named = set(self._connection.sql("select table_name, load from raw.loads").fetchall())
        there = set()
        with self._telling():
            for folder in self._folder.glob("*/*"):
                name = (folder.parent.name, folder.name.removeprefix(_PREFIX))
                if name in named:
                    there.add(name)
                else:
                    shutil.rmtree(folder)
        return len(named - there)

    def takes(self, table: str) -> bool:
        """Whether rows of a table of schema raw are kept here."""
        return table not in _IN_LEDGER

    def put(self, table: str, rows: pa.Table) -> None:
        """Write rows of a table as one load, and name it in the ledger's open transaction.

        Raises:
            LoadError: the folder cannot be written.
            duckdb.Error: the rows cannot.
        """
        load = secrets.token_hex(8)
        above = self._folder / table
        draft, folder = above / f".{load}", above / f"{_PREFIX}{load}"
        with self._telling():
            draft.mkdir(parents=True)
            file = draft / "rows.parquet"
            self._connection.execute(
                f"copy (select {self._columns(table, rows)} from rows) "
                f"to {quoted_text(file)} (format parquet, compression zstd)"
            )
            for path in (file, draft):
                flush(path)
            draft.rename(folder)
            for path in (above, self._folder):
                flush(path)
        self._connection.execute(
            "insert into raw.loads values (?, ?, ?)", [table, load, rows.num_rows]
        )

    def _columns(self, table: str, rows: pa.Table) -> str:
        """The columns of the table in its types; those that a file lacks are null."""
        found = self._connection.execute(
            "select column_name, data_type from duckdb_columns() "
            "where schema_name = 'raw' and table_name = ? order by column_index",
            [table],
        ).fetchall()
        return ", ".join(
            f"cast({quoted_name(name) if name in rows.column_names else 'null'} as {data_type}) "
            f"as {quoted_name(name)}"
            for name, data_type in found
        )

    @contextlib.contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            problem = error.strerror or type(error).__name__
            raise LoadError(f"{self._folder} cannot be written: {problem}.") from None
