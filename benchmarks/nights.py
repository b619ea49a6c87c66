"""Nights of a practice of a size, and the floor beside them.

Belongs here: the first night, one more day, a night with nothing new, the floor on the files of the
first night. Does not belong here: how a process is measured (process).
"""

import json
import re
import sys
from collections.abc import Callable, Collection
from datetime import date, timedelta
from pathlib import Path

import duckdb

from benchmarks.floor.run import diagnosis_codes
from benchmarks.practices import END, Practice, byte_count
from benchmarks.process import CommandError, Run, run
from orchestration.settings import PROJECT_ROOT

EVE = END - timedelta(days=1)
PARTS = ("first", "floor", "day", "empty")
RUNS = 5
_SECONDS_FOR_RUNS = 180

# What the run tells when a step is over.
_STEPS = {
    "load": re.compile(r"loaded .*; ([0-9.]+) s$"),
    "staging": re.compile(r"staging: .*, ([0-9.]+) s$"),
    "core": re.compile(r"core: .*, ([0-9.]+) s$"),
    "metrics": re.compile(r"metrics: .*, ([0-9.]+) s$"),
    "publish": re.compile(r"published: .*rows, ([0-9.]+) s$"),
    "expectations": re.compile(r"expectations of .*, ([0-9.]+) s$"),
}

Keep = Callable[[str, str, dict], dict]


def measure(practice: Practice, keep: Keep, parts: Collection[str] = PARTS) -> None:
    """Measure nights and the floor; `keep(kind, name, result)` gets each when it is known.

    Without `first`, the others go on from where an earlier run that kept its folder ended.

    Args:
        practice: whose files are all made.
        keep: called with kind, name and numbers.
        parts: what of `PARTS` to measure; in their order, whatever theirs here.

    Raises:
        CommandError: a night failed, or the first one that the parts go on from never ended.
    """
    if "first" in parts:
        practice.forget()
        practice.arrive(EVE)
        landing = {"landing": byte_count(practice.landing)}
        keep("night", "first", {**_night(practice, EVE), **landing})
    elif not practice.published.exists():
        raise CommandError(
            f"Nothing is published for {practice.visits} visits: measure the part `first` before."
        )
    if "floor" in parts:
        keep("floor", "floor", floor(practice, EVE))
    if "day" in parts:
        files = practice.arrive(END)
        keep("night", "day", {**_night(practice, END), "files": files})
    if "empty" in parts:
        keep("night", "empty", _repeated(lambda: _night(practice, END)))


def floor(practice: Practice, as_of: date) -> dict:
    """Measure the floor on what has arrived; says whether its tables are the warehouse's."""
    database = practice.folder / "floor.duckdb"
    # The warehouse reads the package of codes once in its life.
    diagnosis_codes(practice.folder)
    command = [sys.executable, "-m", "benchmarks.floor", "--landing", str(practice.landing)]
    command += ["--as-of", str(as_of), "--database", str(database)]

    def once() -> dict:
        done = run(command, PROJECT_ROOT)
        return {**done.record(), "steps": json.loads(done.lines[-1][1])}

    found = _repeated(once)
    return {**found, "is_equal": is_equal(database, practice.home / "warehouse.duckdb")}


def is_equal(floor_database: Path, warehouse: Path) -> bool:
    """Whether the tables of the floor hold the same rows as those of the warehouse."""
    with duckdb.connect() as reader:
        reader.execute(f"attach '{floor_database}' as floor (read_only)")
        reader.execute(f"attach '{warehouse}' as warehouse (read_only)")
        tables = reader.sql(
            "select table_name from duckdb_tables() "
            "where database_name = 'floor' and schema_name = 'metrics'"
        ).fetchall()
        return bool(tables) and not any(
            reader.sql(
                f"(from floor.metrics.{name} except all from warehouse.metrics.{name}) union all "
                f"(from warehouse.metrics.{name} except all from floor.metrics.{name}) limit 1"
            ).fetchall()
            for (name,) in tables
        )


def _night(practice: Practice, as_of: date) -> dict:
    done = run(
        [sys.executable, "-m", "orchestration.nightly"],
        PROJECT_ROOT,
        {
            "BILLING_LANDING": str(practice.landing),
            "BILLING_HOME": str(practice.home),
            "BILLING_AS_OF": str(as_of),
            "BILLING_REFERENCE": str(practice.folder / "reference"),
        },
    )
    return {
        **done.record(),
        "steps": steps(done),
        "dbt": _dbt_seconds(practice.home),
        "warehouse": byte_count(practice.home / "warehouse.duckdb"),
        "published": byte_count(practice.published),
    }


def steps(done: Run) -> dict[str, float]:
    """Seconds of each step as the run tells them; `rest` is what no step took."""
    found = dict.fromkeys(_STEPS, 0.0)
    for _, line in done.lines:
        for name, pattern in _STEPS.items():
            if match := pattern.match(line):
                found[name] += float(match[1])
    told = {name: round(seconds, 2) for name, seconds in found.items()}
    return {**told, "rest": round(done.wall - sum(found.values()), 2)}


def _dbt_seconds(home: Path) -> dict[str, float]:
    """Seconds that dbt's threads spent in models and in tests, over all layers."""
    found = {"models": 0.0, "tests": 0.0}
    for file in (home / "dbt").glob("*/run_results.json"):
        for result in json.loads(file.read_text(encoding="utf-8"))["results"]:
            is_test = result["unique_id"].startswith("test.")
            found["tests" if is_test else "models"] += result["execution_time"]
    return {name: round(seconds, 2) for name, seconds in found.items()}


def _repeated(once: Callable[[], dict]) -> dict:
    """The run of median wall time, of five where they are short; says of how many."""
    found = [once()]
    while len(found) < RUNS and found[0]["wall"] * (len(found) + 1) < _SECONDS_FOR_RUNS:
        found.append(once())
    found.sort(key=lambda one: one["wall"])
    return {**found[(len(found) - 1) // 2], "runs": len(found)}
