"""The same models on DuckDB and on Spark make the same rows. For `make test-spark`."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from landing_builder import make_settings
from parsed import share_parse

from orchestration.dbt_project import dbt_command, environment
from orchestration.ingest import load_landing
from orchestration.settings import PROJECT_ROOT, Settings
from orchestration.spark import tables

pytestmark = pytest.mark.skipif(
    "BILLING_TEST_SPARK" not in os.environ
    or importlib.util.find_spec("pyspark") is None
    or shutil.which("java") is None,
    reason="for make test-spark, with Java",
)

_COLUMNS = """
    select schema_name, table_name, column_name, data_type
    from duckdb_columns()
    where schema_name in ('core', 'metrics', 'worklists')
    order by schema_name, table_name, column_index
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home with a small practice, built on either engine; Spark with two executors."""
    folder = tmp_path_factory.mktemp("spark")
    command = [sys.executable, "-m", "sample_practice", "--visits", "400"]
    _run([*command, "--landing", str(folder / "landing")])
    settings = make_settings(folder / "landing", folder / "home")
    load_landing(settings, report=lambda line: None)
    share_parse(settings.home)
    for step in ("seed", "run"):
        _run([dbt_command(), "--quiet", step], **environment(settings))
    _run(
        [sys.executable, "-m", "orchestration.spark"],
        BILLING_LANDING=str(settings.landing),
        BILLING_HOME=str(settings.home),
        BILLING_AS_OF=str(settings.as_of),
        BILLING_PSEUDONYM_KEY_FILE=str(settings.pseudonym_key_file),
        BILLING_SPARK_MASTER="local-cluster[2,1,1024]",
    )
    return settings


def _run(command: list[str], **variables: str) -> None:
    done = subprocess.run(
        command,
        cwd=PROJECT_ROOT,
        env={**os.environ, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=3000,
    )
    assert done.returncode == 0, done.stdout[-3000:]


def test_both_engines_make_the_same_rows(built: Settings) -> None:
    differing = {}
    compared = 0
    with duckdb.connect(str(built.warehouse), read_only=True) as warehouse:
        found: dict[tuple[str, str], list[str]] = {}
        for schema, table, column, data_type in warehouse.sql(_COLUMNS).fetchall():
            # The order in which doubles are summed is no part of what a model means.
            is_double = data_type == "DOUBLE"
            found.setdefault((schema, table), []).append(
                f"round({column}, 9) as {column}" if is_double else column
            )
        for (schema, table), columns in found.items():
            differences = _differences(
                warehouse, schema, table, columns, tables(built, schema, table)
            )
            compared += 1
            if differences != (0, 0):
                differing[f"{schema}.{table}"] = differences
    assert compared > 55
    assert differing == {}


def _differences(
    warehouse: duckdb.DuckDBPyConnection, schema: str, table: str, columns: list[str], folder: Path
) -> tuple[int, int]:
    """Rows that only DuckDB made, and rows that only Spark made."""
    ours = f"select {', '.join(columns)} from {schema}.{table}"
    theirs = f"select {', '.join(columns)} from read_parquet('{folder}/*.parquet')"
    return tuple(
        warehouse.sql(f"select count(*) from ({one} except all {other})").fetchone()[0]
        for one, other in ((ours, theirs), (theirs, ours))
    )


def test_spark_keeps_the_types_of_the_contracts(built: Settings) -> None:
    wrong = []
    with duckdb.connect(str(built.warehouse), read_only=True) as warehouse:
        for schema, table, column, data_type in warehouse.sql(_COLUMNS).fetchall():
            folder = tables(built, schema, table)
            rows = warehouse.sql(
                f"describe select {column} from read_parquet('{folder}/*.parquet')"
            )
            if rows.fetchone()[1] != data_type:
                wrong.append(f"{schema}.{table}.{column}")
    assert wrong == []
