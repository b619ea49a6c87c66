"""What the night built, as tables that DuckDB reads, whichever engine built them.

Belongs here: the one place where readers in Python meet both engines. Does not belong here: what
they ask, and writing.

Of Spark's tables they see views over the Parquet files; of the ledger, what the loader keeps there.
Views that Spark built are not among them.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from orchestration.quoting import quoted_name, quoted_text
from orchestration.settings import Settings
from orchestration.spark import built_folder, partitioned_tables, raw_folder
from orchestration.warehouse import ALIAS, attachment, connect

_LEDGER = "ledger"
_IN_LEDGER = """
    select schema_name, table_name
    from duckdb_tables() where database_name = 'ledger' and not internal
"""


@contextmanager
def reading(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection on which `core.fct_claim` is the table of that name.

    Raises:
        SettingsError: the key cannot be used.
        duckdb.Error: the warehouse cannot be opened.
    """
    if not settings.is_spark:
        with connect(settings, read_only=True) as connection:
            yield connection
        return
    with duckdb.connect() as connection:
        attach(settings, connection)
        connection.execute(f"use {ALIAS}")
        yield connection


def names(settings: Settings, connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Return schema and name of every table of a connection from `reading`."""
    kind = "view" if settings.is_spark else "table"
    return connection.sql(
        f"select schema_name, {kind}_name from duckdb_{kind}s() "
        "where database_name = current_database() and not internal"
    ).fetchall()


def attach(settings: Settings, connection: duckdb.DuckDBPyConnection) -> None:
    """Attach what the night built to a connection, as the database `warehouse`, to be read.

    Raises:
        SettingsError: the key cannot be used.
        duckdb.Error: the warehouse cannot be opened.
    """
    if not settings.is_spark:
        connection.execute(attachment(settings, read_only=True))
        return
    connection.execute(attachment(settings, read_only=True, alias=_LEDGER))
    connection.execute(f"attach ':memory:' as {ALIAS}")
    for name, query in _views(settings, connection).items():
        schema, table = name
        connection.execute(f"create schema if not exists {ALIAS}.{quoted_name(schema)}")
        connection.execute(
            f"create view {ALIAS}.{quoted_name(schema)}.{quoted_name(table)} as {query}"
        )


def _views(settings: Settings, connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], str]:
    """The query of each table by schema and name."""
    found = {
        (schema, table): f"select * from {_LEDGER}.{quoted_name(schema)}.{quoted_name(table)}"
        for schema, table in connection.sql(_IN_LEDGER).fetchall()
    }
    for name in partitioned_tables(connection, f"{_LEDGER}."):
        loads = _rows_of(raw_folder(settings) / name[1] / "load=*")
        found[name] = f"({found[name]} limit 0) union all by name {loads}"
    for folder in built_folder(settings).glob("*.db/*"):
        if next(folder.glob("*.parquet"), None) is not None:
            found[folder.parent.name.removesuffix(".db"), folder.name] = _rows_of(folder)
    return found


def _rows_of(folder: object) -> str:
    """A query for the rows of the Parquet files in folders."""
    files = quoted_text(f"{folder}/*.parquet")
    return f"select * from read_parquet({files}, union_by_name = true, hive_partitioning = false)"
