"""A practice of two nights, homes in the state between them, and processes that are killed there.

Belongs here: making, copying and reading homes, starting and killing. Does not belong here: what a
step does (steps), and which instants are tried (the tests).
"""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from landing_builder import make_settings, raw_rows
from nights import published

from faults.steps import STEPS
from faults.watcher import fingerprint
from orchestration.settings import PROJECT_ROOT

FIXTURE = PROJECT_ROOT / "tests" / "fixtures" / "hand_practice" / "landing"
# What comes on the second night: late words on earlier claims, and claims of another month.
LATE = ("claims_2026_03.x12", "answers_2026_03.x12", "remittances_2026_0[346].x12")
AS_OF = ("2026-05-30", "2026-05-31")
_LIMIT_SECONDS = 600


@dataclass(frozen=True)
class Practice:
    """A landing folder of two nights, a home to disturb, and copies of it from between the steps.

    The home stays at one path: at another one dbt would read the project anew, which takes longer
    than to build a layer.

    Attributes:
        landing: the folder as it lies there on the second night.
        home: the home that is disturbed.
        first: the home after the first night.
        unpublished: that of the second night, all done but the publication.
        second: that after an undisturbed second night.
        seconds: how long each step of that night took.
    """

    landing: Path
    home: Path
    first: Path
    unpublished: Path
    second: Path
    seconds: dict[str, float]

    @property
    def fingerprints(self) -> list[str]:
        """Those of the published file before and after the second night."""
        return [fingerprint(published_file(home)) for home in (self.first, self.second)]

    def begin_from(self, copy: Path) -> Path:
        """Put the home back to one of the copies."""
        shutil.rmtree(self.home)
        return copy_home(copy, self.home)


def make_practice(folder: Path) -> Practice:
    """Run both nights undisturbed, below a folder."""
    landing, home = folder / "landing", folder / "home"
    shutil.copytree(FIXTURE, landing)
    late = [path for pattern in LATE for path in (landing / "x12").glob(pattern)]
    for path in late:
        path.rename(folder / path.name)
    run_steps(landing, home, as_of=AS_OF[0])
    first = copy_home(home, folder / "first")
    for path in late:
        (folder / path.name).rename(path)
    shutil.copy(landing / "x12" / LATE[0], landing / "x12" / "the same again.x12")
    seconds = run_steps(landing, home, *STEPS[:-1])
    unpublished = copy_home(home, folder / "unpublished")
    seconds |= run_steps(landing, home, STEPS[-1])
    second = copy_home(home, folder / "second")
    return Practice(landing, home, first, unpublished, second, seconds)


def copy_home(home: Path, target: Path) -> Path:
    """A copy of a home as it is; files keep their times, which say what is newer."""
    return Path(shutil.copytree(home, target, symlinks=True))


def published_file(home: Path) -> Path:
    return home / "published" / "billing_marts.duckdb"


def raw_state(landing: Path, home: Path) -> dict[str, list[str]]:
    """All rows of schema raw."""
    return raw_rows(make_settings(landing, home))


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
    landing: Path, home: Path, *steps: str, module: str = "faults.steps", as_of: str = AS_OF[1]
) -> subprocess.Popen:
    """Start steps (all without any), or another module, in a process group of their own."""
    return subprocess.Popen(
        [sys.executable, "-m", module, *steps],
        cwd=PROJECT_ROOT,
        env=environment(landing, home, as_of),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
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
    """Kill a process and all that it started, so long after a line that begins so.

    Returns whether it was still running. A process that ends by itself before must be content.
    """
    threading.Thread(target=child.stderr.read, daemon=True).start()
    for told in child.stdout:
        if told.startswith(line):
            break
    drain = threading.Thread(target=child.stdout.read, daemon=True)
    drain.start()
    try:
        code = child.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        code = None
    with_group(child.pid, signal.SIGKILL)
    child.wait(timeout=_LIMIT_SECONDS)
    assert code in (0, None), f"ended with {code}, and was not killed"
    return code is None


def with_group(pid: int, number: int) -> None:
    """Send a signal to a process group that was started here, if any of it is left."""
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        return


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
