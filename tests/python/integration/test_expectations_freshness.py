"""An extract that stopped coming is a warning with its age, judged by its own rhythm."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from expectations import rules
from expectations.runner import run_rules
from expectations.suites.raw import RHYTHMS
from orchestration.ingest.contract import read_contract

AS_OF = date(2026, 6, 30)
BY_HAND = {"interventions"}


@pytest.fixture
def ages(tmp_path: Path) -> Callable[..., dict[str, int]]:
    """Returns the age in days by rule of what is overdue.

    files: the ages in days of an extract's files; sets: those of X12 sets by ST01.
    """

    def find(files: dict[str, list[int]], sets: dict[str, list[int]] | None = None) -> dict:
        warehouse = tmp_path / "warehouse.duckdb"
        with duckdb.connect(str(warehouse)) as connection:
            connection.execute(
                "create schema raw; "
                "create table raw.run_settings as select date '2026-06-30' as as_of; "
                "create table raw.files (extract varchar, extract_date date, status varchar); "
                "create table raw.x12_transactions (st01 varchar, gs04 varchar)"
            )
            for extract, days in files.items():
                for age in days:
                    connection.execute(
                        "insert into raw.files values (?, ?, ?)",
                        [extract.rstrip("!"), AS_OF - timedelta(age), "quarantined"]
                        if extract.endswith("!")
                        else [extract, AS_OF - timedelta(age), "loaded"],
                    )
            for kind, days in (sets or {}).items():
                for age in days:
                    connection.execute(
                        "insert into raw.x12_transactions values (?, ?)",
                        [kind, f"{AS_OF - timedelta(age):%Y%m%d}"],
                    )
        freshness = [rule for rule in rules("raw") if rule.name.endswith("_keep_coming")]
        found = {one.name: one for one in run_rules(warehouse, freshness)}
        assert None not in {one.rows_checked for one in found.values()} - {0}
        warehouse.unlink()
        return {
            name.removesuffix("_keep_coming"): one.rows_failing
            for name, one in found.items()
            if not one.is_met
        }

    return find


def test_every_extract_has_a_rhythm_but_what_is_written_by_hand() -> None:
    assert set(RHYTHMS) | BY_HAND == set(read_contract())
    assert not BY_HAND & set(RHYTHMS)


def test_a_weeks_silence_is_allowed_and_a_day_more_is_told_with_its_age(ages) -> None:
    assert ages({"visits": [7, 8, 9], "charges": [8, 9, 10], "payers": [30, 31]}) == {
        "charges": 8,
        "payers": 30,
    }


def test_three_times_the_usual_gap_is_allowed(ages) -> None:
    # Gaps of 30, 31 and 30 days: 90 days are allowed.
    assert ages({"patients": [90, 120, 151, 181], "coverages": [91, 121, 152, 182]}) == {
        "coverages": 91
    }


def test_the_rhythm_is_that_of_late(ages) -> None:
    # Twelve gaps of one day, and the quarterly files of the years before.
    days = [*range(8, 21)]
    assert ages({"payers": [*days, *range(100, 2000, 90)]}) == {"payers": 8}


def test_one_file_has_no_rhythm_but_for_what_is_exported_nightly(ages) -> None:
    assert ages({"clinics": [300], "appointments": [8]}, {"835": [22], "837": [99]}) == {
        "appointments": 8,
        "remittances": 22,
    }


def test_a_second_copy_of_a_day_is_no_gap_of_nothing(ages) -> None:
    assert ages({"payers": [60, 60, 60, 90, 120]}) == {}


def test_what_cannot_be_read_or_is_of_tomorrow_has_not_come(ages) -> None:
    assert ages({"visits": [-1, 9, 10], "visits!": [0]}) == {"visits": 9}


def test_x12_kinds_have_their_rhythms(ages) -> None:
    sets = {"837": [7, 8], "999": [20, 22], "277": [8, 10], "835": [9, 10]}
    # Acknowledgments of both kinds are one rhythm: gaps of 2, 10 and 2 days, at most 7 days.
    assert ages({}, sets) == {"acknowledgments": 8, "remittances": 9}


def test_what_never_came_is_not_late(ages) -> None:
    assert ages({}) == {}
