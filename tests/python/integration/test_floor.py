"""The floor computes the same sixteen tables as the warehouse: a wrong one measures nothing."""

from datetime import date
from pathlib import Path

import duckdb
import pytest
from nights import Night
from small_practices import AS_OF

from benchmarks.floor.run import run

METRICS = [
    "clean_claim_rate",
    "denial_rate",
    "days_to_payment",
    "net_collection_rate",
    "code_alignment_rate",
    "unit_accuracy_rate",
    "modifier_accuracy_rate",
    "documentation_timeliness",
    "reimbursement_rate",
    "denial_trend",
    "authorization_approval_rate",
    "visits_billed_rate",
    "units_per_visit",
    "reimbursement_per_visit",
    "no_show_rate",
    "cancellation_rate",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for both floors: the diagnosis codes are read once."""
    return tmp_path_factory.mktemp("floor")


@pytest.fixture(scope="module")
def floor_of_sample(sample_night: Night, folder: Path) -> duckdb.DuckDBPyConnection:
    database = folder / "sample.duckdb"
    run(sample_night.landing, date(2026, 6, 30), database)
    return _beside(database, sample_night.home / "warehouse.duckdb")


@pytest.fixture(scope="module")
def floor_of_healthy(healthy_warehouse: Path, folder: Path) -> duckdb.DuckDBPyConnection:
    database = folder / "healthy.duckdb"
    run(healthy_warehouse.parent.parent / "landing", AS_OF, database)
    return _beside(database, healthy_warehouse)


def test_the_floor_has_the_metrics_of_the_contract(floor_of_sample: duckdb.DuckDBPyConnection):
    tables = floor_of_sample.sql(
        "select table_name from duckdb_tables() where database_name = 'floor'"
    ).fetchall()
    assert sorted(name for (name,) in tables) == sorted(METRICS)


@pytest.mark.parametrize("metric", METRICS)
def test_the_sample_practice_has_the_same_rows(
    floor_of_sample: duckdb.DuckDBPyConnection, metric: str
):
    assert floor_of_sample.sql(f"from floor.metrics.{metric} limit 1").fetchall()
    assert _differences(floor_of_sample, metric) == []


@pytest.mark.parametrize("metric", METRICS)
def test_a_small_practice_has_the_same_rows(
    floor_of_healthy: duckdb.DuckDBPyConnection, metric: str
):
    """Its extracts lack optional columns, and its envelopes are others than the sample's."""
    assert _differences(floor_of_healthy, metric) == []


def _beside(floor: Path, warehouse: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(f"attach '{floor}' as floor (read_only)")
    connection.execute(f"attach '{warehouse}' as warehouse (read_only)")
    return connection


def _differences(connection: duckdb.DuckDBPyConnection, metric: str) -> list[tuple]:
    """Rows that one has and the other has not, over all columns of the warehouse's table."""
    columns = [
        name for name, *_ in connection.sql(f"describe warehouse.metrics.{metric}").fetchall()
    ]
    assert columns == [
        name for name, *_ in connection.sql(f"describe floor.metrics.{metric}").fetchall()
    ]
    ours, theirs = f"from floor.metrics.{metric}", f"from warehouse.metrics.{metric}"
    return connection.sql(
        f"({ours} except all {theirs}) union all ({theirs} except all {ours})"
    ).fetchall()
