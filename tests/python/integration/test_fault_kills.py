"""Loads and publications that are killed at any instant: the next one mends them, unnoticed.

In `make test` these are all, 15 kills; for the long form see faults. FAULTS_SEED makes it other
instants.
"""

import fcntl
import random
import subprocess
import sys
import threading
import time
from pathlib import Path

import duckdb
import pytest
from faults.homes import (
    AS_OF,
    LOAD_KILLS,
    PUBLICATION_KILLS,
    SEED,
    Practice,
    assert_old_then_new,
    copy_home,
    environment,
    kill,
    make_practice,
    published_file,
    run_steps,
    start,
    warehouse_state,
    watched,
)
from faults.small import COMPANIONS, TABLES, fill, manifest
from faults.watcher import fingerprint
from landing_builder import make_settings

from orchestration.dbt_process import lock_file, wait_for_orphans
from orchestration.lock import only_run
from orchestration.publish import publish
from orchestration.settings import PROJECT_ROOT


@pytest.fixture(scope="module")
def loads(tmp_path_factory: pytest.TempPathFactory) -> Practice:
    return make_practice(tmp_path_factory.mktemp("loads"), ["load"], rows=5_000)


@pytest.mark.parametrize("number", range(LOAD_KILLS))
def test_a_load_that_is_killed(loads: Practice, number: int) -> None:
    home = loads.begin_before("load")
    dice = random.Random(f"{SEED} load {number}")
    child = start(loads.landing, home, "load")
    kill(child, "begin load", dice.uniform(0, 1) * loads.seconds["load"])

    run_steps(loads.landing, home, "load")

    assert warehouse_state(home) == warehouse_state(loads.second)


@pytest.fixture(scope="module")
def first_night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that published one night, and has another one to publish."""
    home = tmp_path_factory.mktemp("small") / "home"
    home.mkdir()
    settings = make_settings(home, home)
    fill(settings, 1)
    publish(settings, manifest(), COMPANIONS)
    fill(settings, 50)
    return home


@pytest.fixture(scope="module")
def second_night(first_night: Path) -> tuple[Path, float]:
    """A copy of it that published that, too, and how many seconds this took."""
    home = copy_home(first_night, first_night.with_name("second"))
    child = start(home, home, module="faults.small")
    assert child.stdout.readline() == "begin publication\n"
    began = time.monotonic()
    child.communicate(timeout=300)
    return home, time.monotonic() - began


@pytest.mark.parametrize("number", range(PUBLICATION_KILLS))
def test_a_publication_that_is_killed(
    first_night: Path, second_night: tuple[Path, float], tmp_path: Path, number: int
) -> None:
    home, (second, seconds) = copy_home(first_night, tmp_path / "home"), second_night
    dice = random.Random(f"{SEED} publication {number}")
    with watched(home) as met:
        # Another day than the next one, so that what it left of its own night is not written over.
        child = start(home, home, module="faults.small", as_of=AS_OF[0])
        kill(child, "begin", dice.uniform(0, 1) * seconds)
        assert copies(home) in (copies(first_night), copies(second))
        plain = start(home, home, module="faults.small")
        assert plain.wait(timeout=300) == 0

    assert_old_then_new(met, [fingerprint(published_file(one)) for one in (first_night, second)])
    assert copies(home) == copies(second)
    assert {path.name for path in (home / "published").rglob(".*")} == {".parquet.a", ".parquet.b"}


def copies(home: Path) -> list[tuple]:
    """Night and rows of every Parquet copy that is shown."""
    return [
        duckdb.sql(
            "select night, count(*) from "
            f"'{home}/published/parquet/{schema}/{name}.parquet' group by night"
        ).fetchall()
        for schema, name in (table.split(".") for table in TABLES)
    ]


# Stands for a run: starts dbt as a run does, says its processes, and waits.
RUN = """
import os, subprocess, sys
from orchestration.dbt_project import dbt_command, environment, ready_dbt
from orchestration.settings import Settings
settings = Settings.from_environment()
with ready_dbt(settings) as ready:
    child = subprocess.Popen(
        [dbt_command(), *sys.argv[1:]],
        env={**os.environ, **environment(settings)},
        stdout=subprocess.DEVNULL,
    )
    print(child.pid, ready.pid, flush=True)
    child.wait()
"""


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="looks for processes in /proc")
@pytest.mark.parametrize("seconds", [0, 1])
def test_the_dbt_of_a_killed_run_ends(tmp_path: Path, seconds: float) -> None:
    home = tmp_path / "home"
    run = subprocess.Popen(
        [sys.executable, "-c", RUN, "parse"],
        cwd=PROJECT_ROOT,
        env=environment(tmp_path, home),
        stdout=subprocess.PIPE,
        text=True,
    )
    processes = [int(pid) for pid in run.stdout.readline().split()]
    time.sleep(seconds)
    assert all(map(is_running, processes))
    run.kill()
    run.wait()

    wait_for_orphans(make_settings(tmp_path, home))

    end = time.monotonic() + 30
    while any(map(is_running, processes)) and time.monotonic() < end:
        time.sleep(0.02)
    assert not any(map(is_running, processes))
    assert not (home / "dbt" / "manifest.json").exists()


def test_a_run_waits_for_the_dbt_of_a_killed_one(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    settings = make_settings(tmp_path, tmp_path)
    dbt = lock_file(settings).open("w")
    fcntl.flock(dbt, fcntl.LOCK_SH)
    began = time.monotonic()
    threading.Timer(0.5, dbt.close).start()

    with only_run(settings):
        assert time.monotonic() - began >= 0.5

    assert capsys.readouterr().out == "waiting for the dbt of an earlier run to end\n"


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except FileNotFoundError:
        return False
