"""What was read of files as Parquet for Spark: nothing is lost, nothing is there twice."""

import multiprocessing
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from landing_builder import query_warehouse, write_csv, write_file, write_x12
from x12_builder import Claim, Line, group, interchange, transaction_837

from orchestration.ingest import LoadError, load_landing, partitions
from orchestration.ingest.writer import Writer
from orchestration.settings import Settings, SettingsError
from orchestration.spark import raw_folder
from orchestration.tables import reading

_CLINIC = {"clinic_id": "C1", "clinic_name": "One"}
_TABLES = ("clinics", "visits", "x12_interchanges", "x12_transactions", "quarantined_rows")


@pytest.fixture
def spark(settings: Settings) -> Settings:
    """Settings of a run that Spark builds."""
    return replace(settings, engine="spark")


def land(landing: Path) -> None:
    write_csv(landing, "clinics", "2026-01-31", [_CLINIC, {**_CLINIC, "clinic_id": "C2"}])
    write_file(
        landing / "practice" / "visits_20260131.csv",
        b"visit_id,patient_id,clinic_id,provider_id,service_date\n"
        b"V1,P1,C1,T1,2026-01-05\nV2,P1,C1\nV3,P1,C1,T1,2026-01-06\n",
    )
    claims = transaction_837([Claim("K1", [Line("L1", "97110", 100)])])
    write_x12(landing, "claims.x12", interchange(group(claims)))


def rows(settings: Settings) -> dict[str, list[str]]:
    """The rows of the tables that files fill, whichever engine they are for."""
    with reading(settings) as connection:
        return {
            table: sorted(map(repr, connection.sql(f"from raw.{table}").fetchall()))
            for table in _TABLES
        }


def loaded(settings: Settings) -> dict[str, list[str]]:
    load_landing(settings, report=lambda line: None)
    return rows(settings)


def test_both_engines_load_the_same_rows(settings: Settings, spark: Settings) -> None:
    land(settings.landing)
    ours = loaded(settings)

    theirs = loaded(replace(spark, home=spark.home.with_name("other")))

    assert theirs == ours
    assert all(ours.values())


def test_rows_of_files_are_not_in_the_ledger(spark: Settings) -> None:
    land(spark.landing)
    loaded(spark)

    assert query_warehouse(spark, "select count(*) from raw.visits") == [(0,)]
    assert query_warehouse(
        spark, "select row_count from raw.loads where table_name = 'visits'"
    ) == [(2,)]
    (folder,) = (raw_folder(spark) / "visits").iterdir()
    assert folder.name.startswith("load=")


def test_what_comes_later_is_a_load_of_its_own(spark: Settings) -> None:
    land(spark.landing)
    before = loaded(spark)
    write_csv(spark.landing, "clinics", "2026-02-28", [{**_CLINIC, "clinic_id": "C3"}])

    after = loaded(spark)

    assert len(after["clinics"]) == len(before["clinics"]) + 1
    assert after["visits"] == before["visits"]
    assert len(list((raw_folder(spark) / "clinics").iterdir())) == 2


def test_a_load_killed_at_any_instant_ends_as_if_it_was_not(spark: Settings) -> None:
    land(spark.landing)
    expected = loaded(spark)
    instants = 0
    while True:
        shutil.rmtree(spark.home)
        if not _killed(spark, instants + 1):
            break
        instants += 1
        assert loaded(spark) == expected, f"killed at instant {instants}"
        there = {(one.parent.name, one.name) for one in raw_folder(spark).glob("*/*")}
        named = query_warehouse(spark, "select table_name, 'load=' || load from raw.loads")
        assert there == set(named), f"killed at instant {instants}"
    # Of four tables: two before, two after the rename each, the transaction's end, and after it.
    assert instants >= 4 * 5 + 2


def _killed(settings: Settings, instant: int) -> bool:
    """Load in a process that ends at an instant; False when the load came to its end before."""
    process = multiprocessing.get_context("fork").Process(target=_load, args=(settings, instant))
    process.start()
    process.join()
    assert process.exitcode in (0, 9)
    return process.exitcode == 9


def _load(settings: Settings, instant: int) -> None:
    passed = 0

    def then(work: Callable) -> Callable:
        def call(*arguments: object) -> object:
            nonlocal passed
            done = work(*arguments)
            passed += 1
            if passed == instant:
                os._exit(9)
            return done

        return call

    partitions.flush = then(partitions.flush)
    Path.rename = then(Path.rename)
    Writer._put = then(Writer._put)
    Writer.write = then(Writer.write)
    load_landing(settings, report=lambda line: None)
    os._exit(0)


def test_a_folder_that_is_gone_ends_the_load(spark: Settings) -> None:
    land(spark.landing)
    loaded(spark)
    shutil.rmtree(raw_folder(spark) / "visits")

    with pytest.raises(LoadError, match=r"1 folders of .* are gone: restore them"):
        load_landing(spark, report=lambda line: None)


@pytest.mark.parametrize("first", ["duckdb", "spark"])
def test_a_home_is_of_one_engine(settings: Settings, first: str) -> None:
    land(settings.landing)
    loaded(replace(settings, engine=first))
    other = {"duckdb": "spark", "spark": "duckdb"}[first]

    with pytest.raises(SettingsError, match=f"BILLING_ENGINE is {other}, and .* other engine"):
        load_landing(replace(settings, engine=other), report=lambda line: None)
