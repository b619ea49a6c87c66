"""Small and empty practices must not be stopped by what is legitimate about them."""

from pathlib import Path

import duckdb
import pytest
from landing_builder import write_csv
from pipeline import build
from small_practices import (
    AS_OF,
    write_practice_of_cash_patients,
    write_practice_that_has_just_begun,
    write_practice_that_has_not_begun,
)

from expectations import SUITES, run_suite
from orchestration.ingest.contract import read_contract


@pytest.mark.parametrize(
    "write_practice",
    [
        write_practice_that_has_just_begun,
        write_practice_of_cash_patients,
        write_practice_that_has_not_begun,
    ],
)
def test_a_small_practice_is_published(write_practice, landing: Path, tmp_path: Path) -> None:
    write_practice(landing)
    warehouse = build(landing, tmp_path / "home", AS_OF)
    results = [one for suite in SUITES for one in run_suite(warehouse, suite)]
    assert [(one.name) for one in results if one.rows_checked is None] == []
    assert [one.name for one in results if one.severity == "critical" and not one.is_met] == []


def test_an_empty_landing_folder_is_not_published(landing: Path, load, settings) -> None:
    load()
    unmet = {one.name for one in run_suite(settings.warehouse, "raw") if not one.is_met}
    assert {"files_were_loaded", "visits_arrived", "charges_arrived"} <= unmet
    assert "payers_arrived" not in unmet


def test_a_small_practice_that_lost_its_charges_is_not_published(landing: Path, load, settings):
    write_practice_that_has_just_begun(landing)
    columns = read_contract()["charges"].columns
    write_csv(landing, "charges", AS_OF, [], columns=columns)
    load()
    unmet = {one.name for one in run_suite(settings.warehouse, "raw") if not one.is_met}
    assert "visits_come_with_charges" in unmet
    with duckdb.connect(str(settings.warehouse)) as connection:
        assert connection.execute("select count(*) from raw.visits").fetchone() == (3,)
