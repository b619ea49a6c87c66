"""Facts that are rebuilt for what changed are those that are built from nothing.

Nights in which the day moves on and files come late, corrected and again, against one build of all
that came.
"""

import random
import re
import shutil
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from oracle.practices import write_landing
from pipeline import build

from orchestration.publish import SCHEMAS
from sample_practice.cli import generate

LAST_DAY = date(2026, 6, 30)
NIGHTS = 3
# Extracts of which a row is of a patient; another row of the others builds all facts anew.
OWN = (
    "visits",
    "charges",
    "appointments",
    "authorizations",
    "coverages",
    "adjustments",
    "patient_p",
)
Tables = dict[str, list[tuple]]
# What comes on a night: path below the landing folder -> content.
Delivery = dict[Path, bytes]


def query(warehouse: Path, sql: str) -> list[tuple]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.sql(sql).fetchall()


def marts(warehouse: Path) -> Tables:
    """Every row of every table that is published, sorted."""
    names = query(
        warehouse,
        "select schema_name || '.' || table_name from duckdb_tables() "
        f"where schema_name in {SCHEMAS}",
    )
    return {name: query(warehouse, f"from {name} order by all") for (name,) in names}


def deliver(landing: Path, delivery: Delivery) -> None:
    for path, content in delivery.items():
        target = landing / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def day_of(path: Path) -> date:
    found = re.search(r"_(\d{4})(\d{2})(\d{2})", path.name)
    return date(*map(int, found.groups()))


def delivered(landing: Path, paths: Iterable[Path]) -> Delivery:
    return {path.relative_to(landing): path.read_bytes() for path in paths}


def files_of(landing: Path) -> list[Path]:
    return sorted(path for path in landing.rglob("*_2026*") if path.is_file()) + sorted(
        path for path in landing.rglob("*_2025*") if path.is_file()
    )


def sample_nights(folder: Path, visits: int) -> list[tuple[date, Delivery]]:
    """The sample practice day by day; some files of the past come only on the last night."""
    dice = random.Random(visits)
    landing = folder / "whole"
    days = [LAST_DAY - timedelta(days=NIGHTS - 1 - night) for night in range(NIGHTS)]
    generate(landing, None, 5, visits, date(2025, 7, 1), LAST_DAY, daily_from=days[0])
    nights: list[list[Path]] = [[] for _ in days]
    for path in files_of(landing):
        is_late = "x12" in path.relative_to(landing).parts and dice.random() < 0.004
        night = NIGHTS - 1 if is_late else max(0, (day_of(path) - days[0]).days)
        nights[night].append(path)
    deliveries = [delivered(landing, night) for night in nights]
    again = dice.choice(nights[0])
    deliveries[-1][again.relative_to(landing).with_name(f"again_{again.name}")] = again.read_bytes()
    return list(zip(days, deliveries, strict=True))


def hostile_nights(folder: Path) -> list[tuple[date, Delivery]]:
    """Adversarial practices; the last night brings a few lines of each extract, late and corrected.

    And some X12 files. A landing folder of every kind of fault: broken lines, repeated sets,
    reused control numbers, replaced claims, money of unknown claims.
    """
    dice = random.Random("hostile")
    landing = folder / "whole"
    write_landing(landing, 11, 40, LAST_DAY)
    files = sorted(path for path in landing.rglob("*") if path.is_file())
    x12 = [path for path in files if "practice" not in path.relative_to(landing).parts]
    # Of sets that are there twice the first by name counts: an earlier one would unseat another.
    held = dice.sample(x12[-12:], 3)
    first, last = delivered(landing, files), delivered(landing, held)
    for path in held:
        del first[path.relative_to(landing)]
    for path, content in list(first.items()):
        header, *lines = content.splitlines(keepends=True)
        if path.name.startswith(OWN) and path.suffix == ".csv" and len(lines) > 60:
            taken = dice.sample(range(len(lines)), 1)
            day = LAST_DAY if dice.random() < 0.5 else day_of(path)
            name = re.sub(r"_\d{8}.*", f"_{day:%Y%m%d}_zz.csv", path.name)
            last[path.with_name(name)] = b"".join([header, *(lines[place] for place in taken)])
            # Or it was there before, in another place of the order: a correction.
            is_new = dice.random() < 0.5
            kept = [line for place, line in enumerate(lines) if not (is_new and place in taken)]
            first[path] = b"".join([header, *kept])
    return [(LAST_DAY - timedelta(days=1), first), (LAST_DAY, last)]


def extent(warehouse: Path) -> tuple[bool, str | None]:
    (found,) = query(warehouse, "select is_whole, reason from intermediate.int_scope__remembered")
    return found


def assert_as_from_nothing(folder: Path, nights: list[tuple[date, Delivery]]) -> None:
    landing = folder / "landing"
    extents = []
    for day, delivery in nights:
        deliver(landing, delivery)
        warehouse = build(landing, folder / "by_night", day)
        extents.append(extent(warehouse))
    assert extents == [(True, "they were not built yet"), *[(False, None)] * (len(nights) - 1)]
    # The same pseudonyms.
    (folder / "at_once").mkdir()
    shutil.copy(folder / "by_night" / "pseudonym.key", folder / "at_once")
    found, expected = marts(warehouse), marts(build(landing, folder / "at_once", nights[-1][0]))
    assert found.keys() == expected.keys()
    assert [table for table in found if found[table] != expected[table]] == []
    assert expected["core.fct_claim_event"] and expected["metrics.scorecard"]


@pytest.mark.parametrize("visits", [400, 1600])
def test_days_on_top_of_a_history_give_the_facts_that_a_build_from_nothing_gives(
    tmp_path: Path, visits: int
) -> None:
    assert_as_from_nothing(tmp_path, sample_nights(tmp_path, visits))


def test_late_and_corrected_files_of_hostile_practices_give_the_same_facts(tmp_path: Path) -> None:
    assert_as_from_nothing(tmp_path, hostile_nights(tmp_path))


STOPPED = {
    "of a later day": (timedelta(days=1), ["+fct_visit", "+fct_claim_event"]),
    "of an earlier day": (timedelta(days=-9), ["+fct_visit", "+fct_claim_event"]),
}


@pytest.fixture(scope="module")
def home_of_a_night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("night")
    generate(folder / "landing", None, 7, 400, date(2025, 7, 1), LAST_DAY)
    build(folder / "landing", folder / "home", LAST_DAY)
    return folder


@pytest.mark.parametrize(("days", "facts"), STOPPED.values(), ids=STOPPED)
def test_a_build_that_was_stopped_between_two_facts_leaves_nothing_behind(
    home_of_a_night: Path, tmp_path: Path, days: timedelta, facts: list[str]
) -> None:
    landing, built = home_of_a_night / "landing", home_of_a_night / "home"
    home = shutil.copytree(built, tmp_path / "home")
    expected = marts(built / "warehouse.duckdb")
    stopped = build(landing, home, LAST_DAY + days, "--select", *facts)
    changed = marts(stopped)
    assert changed["core.fct_visit"] != expected["core.fct_visit"]
    # Stopped once more, and under the right day.
    build(landing, home, LAST_DAY, "--select", facts[0])
    found = marts(build(landing, home, LAST_DAY))
    assert [table for table in found if found[table] != expected[table]] == []
