"""A night on Spark: the file that a night on DuckDB publishes, and the same checks on the way.

For `make test-spark`: whole nights, on Spark with two executors that are processes of their own.
"""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from landing_builder import make_settings, write_file
from nights import nightly

from expectations import SUITES
from orchestration.assets.models import LAYERS
from orchestration.checks import suite_results
from orchestration.dbt_project import DbtError, in_dbt_process, ready_dbt
from orchestration.settings import PROJECT_ROOT, Settings
from orchestration.spark import built_folder

pytestmark = pytest.mark.skipif(
    "BILLING_TEST_SPARK" not in os.environ
    or importlib.util.find_spec("pyspark") is None
    or shutil.which("java") is None,
    reason="for make test-spark, with Java",
)

_MASTER = "local-cluster[2,1,1024]"
# Every query runs once: to compile it well takes longer than to run it.
_SMALL = {
    "JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m",
    "SPARK_CONF_DIR": str(PROJECT_ROOT / "tests" / "fixtures" / "spark"),
}
_COLUMNS = """
    select schema_name, table_name, column_name, data_type, comment
    from duckdb_columns() where not internal
"""


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small practice."""
    folder = tmp_path_factory.mktemp("practice") / "landing"
    command = [sys.executable, "-m", "sample_practice", "--visits", "400", "--landing", str(folder)]
    subprocess.run(command, cwd=PROJECT_ROOT, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def homes(landing: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """The homes of a night by its engine; both have one pseudonym key."""
    folder = tmp_path_factory.mktemp("homes of both")
    found = {engine: folder / engine for engine in ("duckdb", "spark")}
    for engine, home in found.items():
        done = _night(landing, home, engine)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return found


def _night(landing: Path, home: Path, engine: str) -> subprocess.CompletedProcess:
    return nightly(
        landing,
        home,
        BILLING_ENGINE=engine,
        BILLING_SPARK_MASTER=_MASTER,
        BILLING_PSEUDONYM_KEY_FILE=str(home.parent / "pseudonym.key"),
        **_SMALL,
    )


@pytest.fixture
def spark(homes: Mapping[str, Path], landing: Path) -> Iterator[Settings]:
    """The settings of the night on Spark, with its session for the commands of a test.

    No night can have one meanwhile.
    """
    of_duckdb = make_settings(landing, homes["spark"])
    settings = replace(of_duckdb, engine="spark", spark_master=_MASTER)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in _SMALL.items():
            patch.setenv(name, value)
        with ready_dbt(settings):
            yield settings


def test_both_engines_publish_the_same_rows(
    homes: Mapping[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    counts, differing = {}, {}
    with _both_files(homes) as reader:
        for table, columns in _tables(reader).items():
            ours, theirs = (
                f"select {', '.join(columns)} from {engine}.{table}" for engine in homes
            )
            counts[table] = reader.sql(f"select count(*) from ({theirs})").fetchone()[0]
            differences = tuple(
                reader.sql(f"select count(*) from ({one} except all {other})").fetchone()[0]
                for one, other in ((ours, theirs), (theirs, ours))
            )
            if differences != (0, 0):
                differing[table] = differences
    with capsys.disabled():
        print("\nrows of both engines, equal:")
        for table, count in sorted(counts.items()):
            print(f"  {table:45} {count:>9,}")
    assert differing == {}
    assert len(counts) > 65
    assert sum(count > 0 for count in counts.values()) > 60


def _both_files(homes: Mapping[str, Path]) -> duckdb.DuckDBPyConnection:
    reader = duckdb.connect()
    for engine, home in homes.items():
        file = home / "published" / "billing_marts.duckdb"
        reader.execute(f"attach '{file}' as {engine} (read_only)")
    return reader


def _tables(reader: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """The columns of each published table, as they are compared."""
    found: dict[str, list[str]] = {}
    rows = reader.sql(f"{_COLUMNS} and database_name = 'duckdb' order by column_index").fetchall()
    for schema, table, column, data_type, _ in rows:
        # The order in which doubles are summed is no part of what a model means.
        is_double = data_type == "DOUBLE"
        found.setdefault(f"{schema}.{table}", []).append(
            f'round("{column}", 9)' if is_double else f'"{column}"'
        )
    return found


def test_both_files_say_the_same_of_their_columns(homes: Mapping[str, Path]) -> None:
    with _both_files(homes) as reader:
        ours, theirs = (
            reader.sql(f"{_COLUMNS} and database_name = '{engine}' order by all").fetchall()
            for engine in homes
        )
    assert theirs == ours


def test_every_model_and_test_of_a_night_ran_on_both(homes: Mapping[str, Path]) -> None:
    ours, theirs = (_results(home) for home in homes.values())

    assert theirs == ours
    assert sum(name.startswith("test.") for name in theirs) > 250


def _results(home: Path) -> dict[str, str]:
    return {
        one["unique_id"]: one["status"]
        for layer in LAYERS
        for one in json.loads((home / "dbt" / layer / "run_results.json").read_text())["results"]
    }


def test_what_spark_writes_is_its_owners(homes: Mapping[str, Path]) -> None:
    folder = homes["spark"] / "spark"

    assert [str(one) for one in [folder, *folder.rglob("*")] if one.stat().st_mode & 0o077] == []


# By suite: a table, what stands in its place, and what must be found of that.
_BROKEN = {
    "raw": (
        "raw.run_settings",
        "select * from {t} union all select as_of + 1, pseudonym_key from {t}",
        "the_run_speaks_for_one_day",
    ),
    "staging": (
        "staging.base_practice__charges",
        "select * except (row_status), 'quarantined' as row_status from {t}",
        "most_charges_can_be_typed",
    ),
    "core": (
        "core.fct_charge",
        # A day may be unknown; a code may not, which is one of dbt's tests.
        "select * except (service_date, cpt_code), cast(null as date) as service_date, "
        "cast(null as string) as cpt_code from {t}",
        "most_charges_find_their_visit",
    ),
    "metrics": (
        "metrics.denial_rate",
        "select * except (value), 1.01D as value from {t}",
        "denial_rate_is_a_share",
    ),
}


def test_what_is_broken_fails_on_spark(spark: Settings) -> None:
    of_dbt = ("--quiet", "test", "--select", "constraints_hold_fct_charge_")
    in_dbt_process(spark, *of_dbt)
    for suite in SUITES:
        table, query, rule = _BROKEN[suite]
        held = f"{table}_held"
        _execute(
            spark,
            f"alter table {table} rename to {held}",
            f"create view {table} as {query.format(t=held)}",
        )
        failed = {
            one.name
            for one in suite_results(spark, suite)
            if not one.is_met and one.severity == "critical" and one.rows_failing
        }
        if suite == "core":
            with pytest.raises(DbtError):
                in_dbt_process(spark, *of_dbt)
        _execute(spark, f"drop view {table}", f"alter table {held} rename to {table}")
        assert rule in failed, suite


def _execute(settings: Settings, *statements: str) -> None:
    told = json.dumps({"statements": statements})
    in_dbt_process(settings, "--quiet", "run-operation", "register_raw", "--args", told)


def test_a_critical_rule_that_is_not_met_stops_the_layers_after(
    homes: Mapping[str, Path], landing: Path, tmp_path: Path
) -> None:
    home = homes["spark"]
    published = (home / "published" / "billing_marts.duckdb").stat()
    built = _newest(home)
    more = tmp_path / "landing"
    shutil.copytree(landing, more)
    # Days later, and hardly a line that is CSV.
    lines = b"visit_id,patient_id,clinic_id,provider_id,service_date\n" + b"V,\n" * 500
    write_file(more / "practice" / "visits_20260630_late.csv", lines)

    done = _night(more, home, "spark")

    assert done.returncode == 1
    assert "check visits_and_charges_can_be_read_as_csv of raw.files" in done.stderr
    assert "staging:" not in done.stdout
    assert _newest(home) == built
    assert (home / "published" / "billing_marts.duckdb").stat().st_mtime == published.st_mtime


def _newest(home: Path) -> float:
    folder = built_folder(make_settings(home, home))
    return max(path.stat().st_mtime for path in folder.rglob("*") if "raw.db" not in path.parts)
