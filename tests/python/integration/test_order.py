"""The same files in any order, over any number of nights, some twice, give the same marts.

FAULTS_ORDERS arrangements of one hostile practice are built (one, as a build takes half a minute);
that raw is the same for many more is test_load_again's.
"""

import os
import random
import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest
from landing_builder import make_settings, raw_rows
from oracle.practices import write_landing
from pipeline import build, load

from orchestration.publish import SCHEMAS

ORDERS = int(os.environ.get("FAULTS_ORDERS", "1"))
LAST_DAY = date(2026, 6, 30)
PRACTICES = 4


def marts(warehouse: Path) -> dict[str, list[tuple]]:
    """Every row of every table that is published, sorted. The pseudonyms are those of one key."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        tables = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables() "
            "where list_contains(?, schema_name) order by 1",
            [list(SCHEMAS)],
        ).fetchall()
        return {
            table: connection.sql(f"from {table} order by all").fetchall() for (table,) in tables
        }


def copy(files: list[Path], landing: Path, arrived: Path) -> None:
    for path in files:
        target = arrived / path.relative_to(landing)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)


@pytest.fixture(scope="module")
def at_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a landing folder, and a home in which all of it was loaded in one night.

    The warehouse of that night is put aside; the home is there for other ones: in a new home dbt
    would read the project anew.
    """
    folder = tmp_path_factory.mktemp("at_once")
    write_landing(folder / "landing", 5, PRACTICES, LAST_DAY)
    (folder / "kept").mkdir()
    warehouse = build(folder / "landing", folder / "home", LAST_DAY)
    warehouse.rename(folder / "kept" / warehouse.name)
    return folder


@pytest.mark.parametrize("number", range(ORDERS))
def test_any_order_and_any_nights_give_the_same_marts(
    at_once: Path, tmp_path: Path, number: int
) -> None:
    dice = random.Random(f"order {number}")
    landing, arrived, home = at_once / "landing", tmp_path / "landing", at_once / "home"
    (arrived / "practice").mkdir(parents=True)
    (home / "warehouse.duckdb").unlink(missing_ok=True)
    files = sorted(path for path in landing.rglob("*") if path.is_file())
    dice.shuffle(files)
    nights = sorted(dice.sample(range(1, len(files)), dice.randint(1, 4)))
    for first, last in zip([0, *nights], [*nights, len(files)], strict=True):
        copy(files[first:last], landing, arrived)
        load(arrived, home, LAST_DAY)
        # Some that were loaded are withdrawn from the folder.
        for path in files[first:last]:
            if dice.random() < 0.3:
                (arrived / path.relative_to(landing)).unlink()
        # Some lie there again, and are loaded again.
        copy(dice.sample(files[:last], dice.randint(0, last)), landing, arrived)

    warehouse = build(arrived, home, LAST_DAY)

    kept = at_once / "kept"
    assert raw_rows(make_settings(arrived, home)) == raw_rows(make_settings(landing, kept))
    found, expected = marts(warehouse), marts(kept / "warehouse.duckdb")
    assert found.keys() == expected.keys()
    assert [table for table in found if found[table] != expected[table]] == []
    assert expected["core.fct_charge"] and expected["metrics.scorecard"]
