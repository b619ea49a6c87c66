"""Staging that takes only what is new each night holds what staging from nothing holds.

Nights with late, corrected, overwritten and released files against one night with all of them.
"""

import random
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple
from unittest.mock import ANY

import duckdb
import pytest
from landing_builder import write_csv, write_x12
from oracle.practices import write_landing
from pipeline import build
from x12_builder import ClaimPayment, ServiceLine, group, interchange, transaction_835

from orchestration.ingest.releases import ROW, Release, add_release

LAST_DAY = date(2026, 6, 30)
LAYERS = [f"path:models/staging/{one}" for one in ("load", "practice", "x12")]
Tables = dict[str, list[tuple]]


def query(warehouse: Path, sql: str) -> list[tuple]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.sql(sql).fetchall()


def staged(warehouse: Path) -> Tables:
    """Every row of the tables and views that others read, sorted.

    Without the numbers of sets, which follow the nights, and the secret of the pseudonyms.
    """
    names = query(
        warehouse,
        "select table_name from information_schema.tables where table_schema = 'staging' and "
        "not regexp_matches(table_name, '^(base|kept)_x12_') and table_name <> 'stg_load__run'",
    )
    columns = "columns(lambda name: name <> 'set_key')"
    return {
        name: query(warehouse, f"select {columns} from staging.{name} order by all")
        for (name,) in names
    }


def earlier_content(path: Path, dice: random.Random) -> bytes:
    """What a file may have held before it was overwritten: some of its lines."""
    first, *others = path.read_bytes().splitlines(keepends=True)
    return b"".join([first, *(line for line in others if dice.random() < 0.6)])


def deliver(
    files: list[Path], landing: Path, arrived: Path, content: Callable[[Path], bytes]
) -> None:
    """Put files into a folder, with a content that is made from each."""
    for path in files:
        target = arrived / path.relative_to(landing)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content(path))


def release_rows(warehouse: Path, homes: list[Path]) -> None:
    """Release half of what is in quarantine of the charges, visits and appointments."""
    for extract in ("charges", "visits", "appointments"):
        rows = query(
            warehouse,
            "select file, sha256, source_row_number, rejection_reason "
            f"from staging.base_practice__{extract} inner join staging.stg_load__files "
            "on file = source_file where row_status = 'quarantined' order by all",
        )
        for file, sha256, number, reason in rows[: 1 + len(rows) // 2]:
            why = ("A", "B", file, "csv", sha256, ROW, number, extract, None, reason)
            one = Release(datetime.fromisoformat("2026-06-30 08:00"), *why)
            for home in homes:
                home.mkdir(exist_ok=True)
                add_release(home / "releases.csv", one)


class Nights(NamedTuple):
    """A home after two nights, and staging there and in a home that took all in one night."""

    landing: Path
    home: Path
    found: Tables
    expected: Tables


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    """The second night brings, overwrites and releases a good deal."""
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
    release_rows(warehouse, homes)
    deliver(files, landing, arrived, Path.read_bytes)
    built = [staged(build(arrived, home, LAST_DAY, "--select", *LAYERS)) for home in homes]
    return Nights(arrived, homes[0], *built)


def test_late_and_overwritten_files_give_the_same_staging(nights: Nights) -> None:
    found, expected = nights.found, nights.expected
    assert found.keys() == expected.keys()
    assert [table for table in found if found[table] != expected[table]] == []
    assert expected["stg_practice__charges"] and expected["stg_x12_835__lines"]
    assert any(ROW in row for row in expected["stg_load__releases"])


def test_what_was_read_is_not_read_again(nights: Nights) -> None:
    warehouse = nights.home / "warehouse.duckdb"
    with duckdb.connect(str(warehouse)) as connection:
        # So that rows that are typed again show.
        connection.execute("update staging.base_practice__clinics set clinic_name = 'typed before'")
    write_csv(
        nights.landing, "clinics", "2026-07-01", [{"clinic_id": "NEW", "clinic_name": "North"}]
    )
    sets = transaction_835([ClaimPayment("NEW", [ServiceLine("97110", "80", "80")])])
    write_x12(nights.landing, "new", interchange(group(sets), control_number=987654))

    select = ("--select", "+base_practice__clinics", "+base_x12__bodies")
    build(nights.landing, nights.home, LAST_DAY, *select)

    names = "select clinic_name, count(*) from staging.base_practice__clinics group by all"
    assert dict(query(warehouse, names)) == {"typed before": ANY, "North": 1}
    sets = "select transaction_kind, regexp_extract(body, 'NEW') from staging.base_x12__bodies"
    assert query(warehouse, sets) == [("835", "NEW")]
