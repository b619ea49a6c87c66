"""Staging that takes only what is new each night holds what staging from nothing holds.

Nights with late, corrected, overwritten and released files against one night with all of them.
"""

import random
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest
from oracle.practices import write_landing
from pipeline import build

from orchestration.ingest.releases import ROW, Release, add_release

LAST_DAY = date(2026, 6, 30)
LAYERS = [f"path:models/staging/{one}" for one in ("load", "practice", "x12")]
Tables = dict[str, list[tuple]]


def query(warehouse: Path, sql: str) -> list[tuple]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.sql(sql).fetchall()


def staged(warehouse: Path) -> Tables:
    """Every row of every table and view of staging, sorted.

    Without one night's work, and the secret of the pseudonyms.
    """
    names = query(
        warehouse,
        "select table_name from information_schema.tables where table_schema = 'staging' "
        "and not starts_with(table_name, 'base_x12_') and table_name <> 'stg_load__run'",
    )
    return {name: query(warehouse, f"from staging.{name} order by all") for (name,) in names}


def earlier_content(path: Path, dice: random.Random) -> bytes:
    """What a file may have held before it was overwritten: some of its lines."""
    first, *others = path.read_bytes().splitlines(keepends=True)
    return b"".join([first, *(line for line in others if dice.random() < 0.6)])


def deliver(files: list[Path], landing: Path, arrived: Path, content: Callable[[Path], bytes]):
    for path in files:
        target = arrived / path.relative_to(landing)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content(path))


def release_rows(warehouse: Path, homes: list[Path], dice: random.Random) -> None:
    """Release half of what is in quarantine of the charges, visits and appointments."""
    for extract in ("charges", "visits", "appointments"):
        rows = query(
            warehouse,
            "select file, sha256, source_row_number, rejection_reason "
            f"from staging.base_practice__{extract} inner join staging.stg_load__files "
            "on file = source_file where row_status = 'quarantined' order by all",
        )
        for file, sha256, number, reason in rows[: 1 + len(rows) // 2]:
            one = Release(
                datetime(2026, 6, 30),
                "A",
                "B",
                file,
                "csv",
                sha256,
                ROW,
                number,
                extract,
                None,
                reason,
            )
            for home in homes:
                home.mkdir(exist_ok=True)
                add_release(home / "releases.csv", one)


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Tables]:
    """Staging after a last night that brought and released a good deal, and from nothing."""
    dice = random.Random("nights")
    folder = tmp_path_factory.mktemp("by_night")
    landing, arrived = folder / "landing", folder / "arrived"
    homes = [folder / "by_night", folder / "at_once"]
    write_landing(landing, 7, 2, LAST_DAY)
    files = sorted(path for path in landing.rglob("*") if path.is_file())
    early = [path for path in files if dice.random() < 0.7]
    overwritten = [path for path in early if path.suffix != ".gz" and dice.random() < 0.5]
    deliver(early, landing, arrived, Path.read_bytes)
    deliver(overwritten, landing, arrived, lambda path: earlier_content(path, dice))
    warehouse = build(arrived, homes[0], LAST_DAY, "--select", *LAYERS)
    release_rows(warehouse, homes, dice)
    deliver(files, landing, arrived, Path.read_bytes)
    return {
        home.name: staged(build(arrived, home, LAST_DAY, "--select", *LAYERS)) for home in homes
    }


def test_nights_of_late_and_overwritten_files_give_the_same_staging(
    nights: dict[str, Tables],
) -> None:
    found, expected = nights["by_night"], nights["at_once"]
    assert found.keys() == expected.keys()
    assert [table for table in found if found[table] != expected[table]] == []
    assert expected["stg_practice__charges"] and expected["stg_x12_835__lines"]
    assert any(row[3] == "row" for row in expected["stg_load__releases"])
