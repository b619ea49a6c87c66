"""`python -m orchestration.spark`: the models on Apache Spark, from what is loaded (docs/spark.md).

Belongs here: raw as Parquet, and the one dbt that builds on Spark. Does not belong here: what
differs in SQL (macros/spark/), and the loader, which still loads into DuckDB.

Everything of it lies in the home's folder spark: raw, tables and their catalog. It holds PHI, as
the warehouse does.
"""

import os
import shutil
import sys
from pathlib import Path

from orchestration.dbt_project import environment
from orchestration.quoting import quoted_name, quoted_text
from orchestration.settings import PROJECT_ROOT, Settings, SettingsError
from orchestration.warehouse import UMASK, connect

# What was built before is of nights that build in part: Spark builds everything, and gets these
# tables empty.
_TABLES = """
    select schema_name, table_name, schema_name = 'built'
    from duckdb_tables()
    where database_name = current_database() and schema_name in ('raw', 'built')
    order by all
"""


def spark_home(settings: Settings) -> Path:
    """The folder of all that Spark reads and writes."""
    return settings.home / "spark"


def tables(settings: Settings, schema: str, table: str) -> Path:
    """The folder with the Parquet files of a table that Spark built."""
    return spark_home(settings) / "tables" / f"{schema}.db" / table


def write_raw(settings: Settings, folder: Path) -> int:
    """Write a folder of Parquet for each table of raw and built, in place of what is there.

    Returns the number of tables.
    """
    shutil.rmtree(folder, ignore_errors=True)
    with connect(settings, read_only=True) as warehouse:
        found = warehouse.sql(_TABLES).fetchall()
        for schema, table, is_empty in found:
            target = folder / schema / table
            target.mkdir(parents=True)
            warehouse.execute(
                f"copy (select * from {quoted_name(schema)}.{quoted_name(table)}"
                f"{' limit 0' if is_empty else ''})"
                f" to {quoted_text(target / 'rows.parquet')} (format parquet, compression zstd)"
            )
    return len(found)


def build(settings: Settings) -> bool:
    """Build seeds and models of all layers; True when all of them were.

    One process for all of it, since the session of Spark ends with it.
    """
    # Imported here, since it takes seconds, and a wrong setting should be told at once.
    from dbt.cli.main import dbtRunner

    home = spark_home(settings)
    write_raw(settings, home / "raw")
    os.environ.update(environment(settings))
    os.environ.update(
        BILLING_DBT_TARGET="spark",
        BILLING_SPARK_HOME=str(home),
        DBT_TARGET_PATH=str(home / "dbt"),
        DBT_LOG_PATH=str(home / "dbt"),
    )
    dbt = dbtRunner()
    register = ["run-operation", "register_raw", "--args", f"{{folder: '{home / 'raw'}'}}"]
    return all(
        dbt.invoke(["--quiet", *command]).success for command in (register, ["seed"], ["run"])
    )


def main() -> int:
    """Do so with the settings of the environment; 0 when everything was built."""
    os.umask(UMASK)
    try:
        settings = Settings.from_environment()
        if not settings.warehouse.exists():
            raise SettingsError(f"Nothing is loaded in {settings.home} yet: run make nightly.")
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    os.chdir(PROJECT_ROOT)
    return 0 if build(settings) else 1


if __name__ == "__main__":
    raise SystemExit(main())
