"""Staging that takes only what is new each night holds what staging from nothing holds.

Nights with late, corrected, overwritten and released files against one night with all of them.
"""

import random
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest
from landing_builder import write_csv, write_x12
from oracle.practices import write_landing
from pipeline import build
from x12_builder import ClaimPayment, ServiceLine, group, interchange, transaction_835

from orchestration.ingest.releases import ROW, Release, add_release

LAST_DAY = date(2026, 6, 30)
LAYERS = [f"path:models/staging/{one}" for one in ("load", "practice", "x12")]
# The set is in some of the kept tables, and not in kept_x12__sets.
STOPPED_AT = "+kept_x12_835__lines"
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
    """A home after a stopped night and a last one, and another that took all in one night.

    `names`: of clinics, after the stopped night; what was typed before it ends in "!". `read`: the
    kinds of sets read in that night, with what is new in them. `lines`: service lines that were
    kept before and after it, and that are staged of the new file.
    """

    found: Tables
    expected: Tables
    names: set[str]
    read: list[tuple]
    lines: tuple[int, int, int]


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    """The first night is like any; a stopped one brings two files; the last a good deal."""
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
    kept_lines = "select count(*) from staging.kept_x12_835__lines"
    before = query(warehouse, kept_lines)[0][0]

    change_names(warehouse, "concat(clinic_name, '!')")
    write_csv(arrived, "clinics", "2026-07-01", [{"clinic_id": "NEW", "clinic_name": "North"}])
    sets = transaction_835([ClaimPayment("NEW", [ServiceLine("97110", "80", "80")])])
    write_x12(arrived, "new", interchange(group(sets), control_number=987654))
    build(arrived, homes[0], LAST_DAY, "--select", "+base_practice__clinics", STOPPED_AT)
    names = query(warehouse, "select distinct clinic_name from staging.base_practice__clinics")
    read = query(
        warehouse,
        "select transaction_kind, regexp_extract(body, 'NEW') from staging.base_x12__bodies",
    )
    stopped = query(warehouse, kept_lines)[0][0]
    change_names(warehouse, "rtrim(clinic_name, '!')")

    release_rows(warehouse, homes)
    deliver(files, landing, arrived, Path.read_bytes)
    found, expected = (
        staged(build(arrived, home, LAST_DAY, "--select", *LAYERS)) for home in homes
    )
    new = "select count(*) from staging.stg_x12_835__lines where source_file = 'x12/new'"
    lines = (before, stopped, query(warehouse, new)[0][0])
    return Nights(found, expected, {name for (name,) in names}, read, lines)


def change_names(warehouse: Path, name: str) -> None:
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(f"update staging.base_practice__clinics set clinic_name = {name}")


def test_late_and_overwritten_files_give_the_same_staging(nights: Nights) -> None:
    found, expected = nights.found, nights.expected
    assert found.keys() == expected.keys()
    assert [table for table in found if found[table] != expected[table]] == []
    assert expected["stg_practice__charges"] and expected["stg_x12_835__lines"]
    assert any(ROW in row for row in expected["stg_load__releases"])


def test_what_was_read_is_not_read_again(nights: Nights) -> None:
    assert [name for name in nights.names if not name.endswith("!")] == ["North"]
    assert len(nights.names) > 1
    assert nights.read == [("835", "NEW")]


def test_a_night_that_was_stopped_leaves_nothing_twice(nights: Nights) -> None:
    before, stopped, staged_lines = nights.lines
    assert stopped == before + 1
    assert staged_lines == 1
