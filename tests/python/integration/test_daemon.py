"""Runs that Dagster starts: two never meet, with each other or the terminal's, and a dead one is no
obstacle.
"""

import subprocess
import sys
from collections.abc import Callable, Iterator

import dagster
import pytest
from nights import nightly

from orchestration import sensors
from orchestration.assets.raw import POOL
from orchestration.failures import failure_lines
from orchestration.instance import dagster_home
from orchestration.settings import PROJECT_ROOT, Settings

SUCCESS, FAILURE = dagster.DagsterRunStatus.SUCCESS, dagster.DagsterRunStatus.FAILURE
STARTED = dagster.DagsterRunStatus.STARTED


@pytest.fixture
def begin(settings: Settings) -> Iterator[Callable[[int], subprocess.Popen]]:
    """Starts a run of a night with one step of so many seconds."""
    children = []

    def start(seconds: int) -> subprocess.Popen:
        child = subprocess.Popen(
            [sys.executable, "-m", "small_night", str(seconds)],
            cwd=PROJECT_ROOT,
            env={
                "PATH": "/usr/bin",
                "PYTHONPATH": f"{PROJECT_ROOT}:{PROJECT_ROOT / 'tests/python'}",
                "BILLING_LANDING": str(settings.landing),
                "BILLING_HOME": str(settings.home),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        children.append(child)
        return child

    yield start
    for child in children:
        child.kill()
        child.wait()


def stored(settings: Settings) -> list[tuple[str, dagster.DagsterRunStatus]]:
    """The runs that Dagster knows, in the order in which they were begun."""
    with dagster.DagsterInstance.from_config(str(dagster_home(settings))) as instance:
        return [(run.run_id, run.status) for run in reversed(instance.get_runs())]


def told_of(settings: Settings, run_id: str) -> list[str]:
    with dagster.DagsterInstance.from_config(str(dagster_home(settings))) as instance:
        entries = instance.all_logs(run_id)
    events = [entry.dagster_event for entry in entries if entry.dagster_event]
    return failure_lines(events, names_files=False)


def has_a_place(settings: Settings) -> bool:
    """Whether any run has the one place in the pool."""
    with dagster.DagsterInstance.from_config(str(dagster_home(settings))) as instance:
        return instance.event_log_storage.get_concurrency_info(POOL).active_slot_count > 0


def look(settings: Settings) -> None:
    """What the daemon does every ten minutes."""
    with dagster.DagsterInstance.from_config(str(dagster_home(settings))) as instance:
        sensors.catch_up_sensor(settings)(dagster.build_sensor_context(instance=instance))


def test_two_runs_never_meet_and_a_killed_one_is_no_obstacle(
    settings: Settings, begin: Callable[[int], subprocess.Popen]
) -> None:
    first = begin(600)
    assert first.stdout.readline() == "in the step\n"
    left = settings.home / "beside" / "warehouse.duckdb"
    left.parent.mkdir()
    left.touch()

    # While it lives: neither another one nor the terminal's disturbs it, or waits.
    second = begin(0)
    told, _ = second.communicate(timeout=120)
    assert second.returncode == 1
    assert told.splitlines()[1:] == [
        f"Another run is using {settings.home}; try again when it ends."
    ]
    terminal = nightly(settings.landing, settings.home)
    assert (terminal.returncode, "Another run is using" in terminal.stderr) == (2, True)
    look(settings)
    assert [status for _, status in stored(settings)] == [STARTED, FAILURE]
    assert left.exists()

    # Killed, it leaves its place in the pool and a record that says it goes on.
    first.kill()
    first.wait()
    third = begin(0)
    told, _ = third.communicate(timeout=120)
    assert (third.returncode, told.splitlines()[0]) == (0, "in the step")
    assert [status for _, status in stored(settings)] == [FAILURE, FAILURE, SUCCESS]
    assert told_of(settings, stored(settings)[0][0]) == ["the run was killed, or did not start"]
    assert not left.exists()

    # The queue holds one run at a time, so that the daemon must see by itself that one is dead.
    fourth = begin(600)
    assert fourth.stdout.readline() == "in the step\n"
    fourth.kill()
    fourth.wait()
    assert stored(settings)[-1][1] == STARTED
    assert has_a_place(settings)
    look(settings)
    assert stored(settings)[-1][1] == FAILURE
    assert not has_a_place(settings)

    # Where Dagster saw it die, its place in the pool is left; the queue waits for that, too.
    with dagster.DagsterInstance.from_config(str(dagster_home(settings))) as instance:
        instance.event_log_storage.claim_concurrency_slot(POOL, stored(settings)[-1][0], "step")
    assert has_a_place(settings)
    look(settings)
    assert not has_a_place(settings)
