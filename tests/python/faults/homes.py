"""A practice of two nights, homes in the state before a step, and processes that are killed there.

Belongs here: making, copying and reading homes, starting and killing. Does not belong here: what a
step does (steps), and which instants are tried (the tests).
"""

import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from landing_builder import make_settings, raw_rows, write_csv
from nights import published

from faults.steps import STEPS
from faults.watcher import fingerprint, hashes
from orchestration.settings import PROJECT_ROOT

FIXTURE = PROJECT_ROOT / "tests" / "fixtures" / "hand_practice" / "landing"
# What comes on the second night: late words on earlier claims, and claims of another month.
LATE = ("claims_2026_03.x12", "answers_2026_03.x12", "remittances_2026_0[346].x12")
AS_OF = ("2026-05-30", "2026-05-31")
_LIMIT_SECONDS = 600

KILLS = int(os.environ.get("FAULTS_KILLS", "15"))
IS_LONG = "FAULTS_KILLS" in os.environ
SEED = int(os.environ.get("FAULTS_SEED", "20260630"))
NIGHT_KILLS = KILLS // 8 if IS_LONG else 0
STEP_KILLS = KILLS * 35 // 100 if IS_LONG else 0
LOAD_KILLS = KILLS * 30 // 100 if IS_LONG else (KILLS + 1) // 2
PUBLICATION_KILLS = KILLS - NIGHT_KILLS - STEP_KILLS - LOAD_KILLS


@dataclass(frozen=True)
class Practice:
    """A landing folder of two nights, a home to disturb, and copies of it from the second night.

    The home stays at one path: at another one dbt would read the project anew, which takes longer
    than to build a layer.

    Attributes:
        landing: the folder as it lies there on the second night.
        home: the home that is disturbed.
        before: the home before each step of the second night.
        second: the home after it.
        seconds: how long each step of that night took.
    """

    landing: Path
    home: Path
    before: dict[str, Path]
    second: Path
    seconds: dict[str, float]

    @property
    def fingerprints(self) -> list[str]:
        """Those of the published file before and after the second night."""
        first = next(iter(self.before.values()))
        return [fingerprint(published_file(home)) for home in (first, self.second)]

    def begin_before(self, step: str) -> Path:
        """Put the home back to what it was before a step."""
        shutil.rmtree(self.home)
        return copy_home(self.before[step], self.home)


def make_practice(folder: Path, steps: Sequence[str] = STEPS, rows: int = 0) -> Practice:
    """Run these steps of both nights undisturbed, below a folder.

    rows: of a file more that comes on the second night.
    """
    landing, home = folder / "landing", folder / "home"
    bring_first(landing)
    run_steps(landing, home, *steps, as_of=AS_OF[0])
    bring_late(landing)
    if rows:
        patients = [{"patient_id": f"X{number}", "last_name": "Roe"} for number in range(rows)]
        write_csv(landing, "patients", "2026-06-01", patients, "_all")
    before, seconds = {}, {}
    for step in steps:
        before[step] = copy_home(home, folder / step)
        seconds |= run_steps(landing, home, step)
    return Practice(landing, home, before, copy_home(home, folder / "second"), seconds)


def bring_first(landing: Path) -> None:
    """Put into a new landing folder what comes on the first night."""
    shutil.copytree(FIXTURE, landing, ignore=shutil.ignore_patterns(*LATE))


def bring_late(landing: Path) -> None:
    """Add what comes on the second night, and a copy of a file that lies there already."""
    late = [path for pattern in LATE for path in (FIXTURE / "x12").glob(pattern)]
    for path in late:
        shutil.copy(path, landing / "x12")
    shutil.copy(late[0], landing / "x12" / "the same again.x12")


def copy_home(home: Path, target: Path) -> Path:
    """A copy of a home as it is; files keep their times, which say what is newer."""
    return Path(shutil.copytree(home, target, symlinks=True))


def published_file(home: Path) -> Path:
    return home / "published" / "billing_marts.duckdb"


def raw_state(landing: Path, home: Path) -> dict[str, list[str]]:
    """All rows of schema raw."""
    return raw_rows(make_settings(landing, home))


def warehouse_state(home: Path) -> dict[str, tuple[int, int]]:
    """Row count and hash of every table of the private warehouse."""
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        return hashes(connection)


def state(landing: Path, home: Path) -> dict[str, Any]:
    """All that a night leaves: raw rows, published rows, and the names of the published files."""
    folder = home / "published"
    return {
        "raw": raw_state(landing, home),
        "published": published(home),
        "files": sorted(str(path.relative_to(folder)) for path in folder.rglob("*")),
    }


def environment(landing: Path, home: Path, as_of: str = AS_OF[1]) -> dict[str, str]:
    """The variables of a run, with no other settings than these."""
    inherited = {name: text for name, text in os.environ.items() if "BILLING" not in name}
    return {
        **inherited,
        "PYTHONPATH": f"{PROJECT_ROOT}:{PROJECT_ROOT / 'tests/python'}",
        "BILLING_LANDING": str(landing),
        "BILLING_HOME": str(home),
        "BILLING_AS_OF": as_of,
        "BILLING_THREADS": "2",
        # They judge tables and change none.
        "DBT_EXCLUDE_RESOURCE_TYPES": "test unit_test",
    }


def start(
    landing: Path,
    home: Path,
    *steps: str,
    module: str = "faults.steps",
    as_of: str = AS_OF[1],
    begin: Callable[[], None] | None = None,
) -> subprocess.Popen:
    """Start steps (all without any), or another module; `begin` is called in the new process."""
    return subprocess.Popen(
        [sys.executable, "-m", module, *steps],
        cwd=PROJECT_ROOT,
        env=environment(landing, home, as_of),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=begin,
    )


def run_steps(landing: Path, home: Path, *steps: str, as_of: str = AS_OF[1]) -> dict[str, float]:
    """Run steps undisturbed and return the seconds of each."""
    child = start(landing, home, *steps, as_of=as_of)
    seconds, began = {}, time.monotonic()
    for line in child.stdout:
        word, step = line.split()
        if word == "begin":
            began = time.monotonic()
        else:
            seconds[step] = time.monotonic() - began
    errors = child.stderr.read()
    assert child.wait() == 0, errors[-3000:]
    return seconds


def kill(child: subprocess.Popen, line: str, seconds: float) -> bool:
    """Kill a process, and nothing that it started, so long after a line that matches so.

    Returns whether it was still running. A process that ends by itself before must be content.
    """
    threading.Thread(target=child.stderr.read, daemon=True).start()
    for told in child.stdout:
        if re.match(line, told):
            break
    threading.Thread(target=child.stdout.read, daemon=True).start()
    try:
        code = child.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        code = None
    child.kill()
    child.wait(timeout=_LIMIT_SECONDS)
    assert code in (0, None), f"ended with {code}, and was not killed"
    return code is None


@contextmanager
def watched(home: Path) -> Iterator[list[str]]:
    """Watch the published file of a home meanwhile; the states that were met, in order."""
    met: list[str] = []
    watcher = subprocess.Popen(
        [sys.executable, "-m", "faults.watcher", published_file(home)],
        cwd=PROJECT_ROOT,
        env=environment(home, home),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        met.append(watcher.stdout.readline().strip())
        yield met
    finally:
        watcher.stdin.close()
        met.extend(watcher.stdout.read().split("\n")[:-1])
        watcher.wait(timeout=_LIMIT_SECONDS)


def assert_old_then_new(met: Sequence[str], fingerprints: Sequence[str]) -> None:
    """The watcher met the last night's file, then this one, each whole, and nothing else."""
    old, new = fingerprints
    assert list(met) in ([old], [old, new], [new]), met
