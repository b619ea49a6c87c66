"""Spark's part of a home: where it reads and writes, and what it is told (docs/spark.md).

`python -m orchestration.spark [ELSEWHERE]` prints the arguments of `dbt run-operation register_raw`
for a cluster, which sees the home's folder spark under another address.

Belongs here: the folders, the variables of dbt's target, and raw as tables of Spark. Does not
belong here: what differs in SQL (macros/spark/), writing what was loaded (ingest.partitions), and
the session (spark_session).

All of it holds PHI, as the warehouse does.
"""

import json
import os
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from orchestration.quoting import quoted_name, quoted_text
from orchestration.settings import Settings, SettingsError
from orchestration.warehouse import UMASK, connect

_MEGABYTES = {"KB": 1 / 1024, "MB": 1, "GB": 1024, "TB": 1024**2}
_DEFAULT_MEGABYTES = 4096

_COLUMNS = """
    select schema_name, table_name, list((column_name, lower(data_type)) order by column_index)
    from duckdb_columns()
    where database_name = current_database() and schema_name in ('raw', 'built')
        and (schema_name, table_name) <> ('raw', 'loads')
    group by all
    order by all
"""


def spark_home(settings: Settings) -> Path:
    """The folder of all that Spark reads and writes."""
    return settings.home / "spark"


def raw_folder(settings: Settings) -> Path:
    """The folder with what was read of files: <table>/load=<id>/, in Parquet."""
    return spark_home(settings) / "raw"


def built_folder(settings: Settings) -> Path:
    """The folder with what Spark built: <schema>.db/<table>/, in Parquet."""
    return spark_home(settings) / "tables"


def environment(settings: Settings) -> dict[str, str]:
    """The variables of dbt's target spark; none where DuckDB builds."""
    if not settings.is_spark:
        return {}
    master = settings.spark_master or f"local[{settings.threads}]"
    of_cluster = re.fullmatch(r"local-cluster\[\d+,\d+,(\d+)\]", master)
    return {
        "BILLING_DBT_TARGET": "spark",
        "BILLING_SPARK_HOME": str(spark_home(settings)),
        "BILLING_SPARK_MASTER": master,
        "BILLING_SPARK_DRIVER_MEMORY": f"{_megabytes(settings.memory_limit)}m",
        # A worker of local-cluster has its memory for the one executor that it starts.
        "BILLING_SPARK_EXECUTOR_MEMORY": f"{of_cluster[1]}m" if of_cluster else "",
    }


def _megabytes(limit: str | None) -> int:
    """A memory limit as the JVM takes it, of whole megabytes."""
    if limit is None:
        return _DEFAULT_MEGABYTES
    number, unit = re.fullmatch(r"([\d.]+)\s*(\w+)", limit).groups()
    return max(1, int(float(number) * _MEGABYTES[unit.upper().replace("I", "")]))


def main(arguments: Sequence[str]) -> int:
    """Print the arguments and return the exit code."""
    os.umask(UMASK)
    try:
        settings = Settings.from_environment()
        if not settings.is_spark or not settings.warehouse.exists():
            raise SettingsError(f"Nothing is loaded for Spark in {settings.home} yet.")
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    print(registration(settings, *arguments))
    return 0


def registration(settings: Settings, elsewhere: str | None = None) -> str:
    """Write the small tables of the ledger as Parquet; return the arguments of `register_raw`.

    Those name the statements by which Spark sees all of raw, with the columns that the ledger has
    today: in files of earlier loads, those that the contract gained since are null. `elsewhere` is
    the address of the home's folder spark where Spark does not see it under its own.
    """
    home = spark_home(settings)
    small = home / "ledger"
    shutil.rmtree(small, ignore_errors=True)
    with connect(settings, read_only=True) as ledger:
        partitioned = partitioned_tables(ledger)
        statements = []
        for schema, table, columns in ledger.sql(_COLUMNS).fetchall():
            is_small = (schema, table) not in partitioned
            folder = small / schema / table if is_small else raw_folder(settings) / table
            folder.mkdir(parents=True, exist_ok=True)
            if is_small:
                name = f"{quoted_name(schema)}.{quoted_name(table)}"
                file = quoted_text(folder / "rows.parquet")
                ledger.execute(f"copy {name} to {file} (format parquet, compression zstd)")
            seen = f"{elsewhere or home}/{folder.relative_to(home)}"
            statements += _table_over(f"{schema}.{table}", columns, seen)
    return json.dumps({"statements": statements})


def partitioned_tables(
    connection: duckdb.DuckDBPyConnection, database: str = ""
) -> set[tuple[str, str]]:
    """The schemas and names of the tables whose rows are in Spark's part of the home alone.

    `database`: that of the ledger with a dot behind it, where it is not the connection's own.
    """
    found = connection.sql(f"select distinct table_name from {database}raw.loads").fetchall()
    return {("raw", table) for (table,) in found}


def _table_over(name: str, columns: list[tuple[str, str]], folder: str) -> Iterator[str]:
    schema = ", ".join(f"`{column}` {_spark_type(data_type)}" for column, data_type in columns)
    yield f"create schema if not exists {name.split('.')[0]}"
    yield f"drop table if exists {name}"
    # Loads are folders below it; what begins with a dot was not finished, and Spark leaves it out.
    place = folder.replace("\\", "\\\\").replace("'", "\\'")
    yield (
        f"create table {name} ({schema}) using parquet "
        f"options (path '{place}', recursiveFileLookup 'true')"
    )


def _spark_type(data_type: str) -> str:
    if data_type.endswith("[]"):
        return f"array<{_spark_type(data_type[:-2])}>"
    return {"varchar": "string", "integer": "int", "timestamp": "timestamp_ntz"}.get(
        data_type, data_type
    )


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
