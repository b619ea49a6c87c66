"""The long form: each step of a practice's night is killed, or finds the disk full.

After each, the same step alone leaves the warehouse, or what is published, as an undisturbed one.
"""

import os
import random
import time
from pathlib import Path

import pytest
from faults.disk import kept_full, leave_free, small_disk
from faults.homes import (
    IS_LONG,
    SEED,
    STEP_KILLS,
    Practice,
    assert_old_then_new,
    copy_home,
    fingerprint,
    kill,
    make_practice,
    published_file,
    run_steps,
    start,
    state,
    warehouse_state,
    watched,
)
from faults.steps import STEPS

pytestmark = pytest.mark.skipif(not IS_LONG, reason="long form: make test-faults")


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Practice:
    made = make_practice(tmp_path_factory.mktemp("practice"))
    old, new = made.fingerprints
    assert old != new, "the second night must change what is published"
    return made


def home_after(practice: Practice, step: str) -> Path:
    """The home as an undisturbed night has it after a step."""
    return dict(zip(STEPS, [*list(practice.before.values())[1:], practice.second], strict=True))[
        step
    ]


@pytest.mark.parametrize("number", range(STEP_KILLS))
def test_a_step_that_is_killed(practice: Practice, number: int) -> None:
    step = STEPS[number % len(STEPS)]
    following = STEPS[STEPS.index(step) + 1 :][:1]
    is_border = number // len(STEPS) % 2 == 1
    home = practice.begin_before(step)
    dice = random.Random(f"{SEED} step {number}")
    with watched(home) as met:
        child = start(practice.landing, home, step, *following)
        if is_border:
            kill(child, f"end {step}", 0)
        else:
            kill(child, f"begin {step}", dice.uniform(0, 1) * practice.seconds[step])
        run_steps(practice.landing, home, step)

    undisturbed = home_after(practice, step)
    assert warehouse_state(home) == warehouse_state(undisturbed)
    old, new = practice.fingerprints
    if step == "publication":
        assert_old_then_new(met, [old, new])
        assert state(practice.landing, home) == state(practice.landing, undisturbed)
    else:
        assert met == [old]


# Full before the step begins, or from the moment on that it has written something of its own.
@pytest.mark.parametrize(
    ("step", "written"),
    [
        ("build_staging", None),
        ("build_staging", "warehouse.duckdb.wal"),
        ("build_core", "warehouse.duckdb.wal"),
        ("build_metrics", "warehouse.duckdb.wal"),
        ("expectations_of_core", None),
        ("publication", None),
        ("publication", "published/.billing_marts.duckdb.*"),
    ],
)
def test_a_step_on_a_full_disk(
    practice: Practice, tmp_path: Path, step: str, written: str | None
) -> None:
    landing = practice.landing
    with small_disk(tmp_path / "disk") as disk:
        home = copy_home(practice.before[step], disk(2000) / "home")
        # A little more than it holds, so that it is full in an instant.
        leave_free(disk, 8 if written else 0)

        def is_time() -> bool:
            return written is None or any(home.glob(written))

        with watched(home) as met, kept_full(disk(), is_time):
            if written is None:
                wait_until_full(disk())
            child = start(landing, home, step)
            told, errors = child.communicate(timeout=600)
        assert child.returncode == 1, told + errors
        assert "No space left on device" in told + errors
        assert met == practice.fingerprints[:1]
        assert fingerprint(published_file(home)) == met[0]
        assert leftovers(home) <= leftovers(practice.before[step])

        disk(2000)
        run_steps(landing, home, step)

        undisturbed = home_after(practice, step)
        assert warehouse_state(home) == warehouse_state(undisturbed)
        if step == "publication":
            assert state(landing, home) == state(landing, undisturbed)


def leftovers(home: Path) -> set[str]:
    """What lies hidden in the published folder; the folders that links lead to do."""
    return {path.name for path in (home / "published").rglob(".*")}


def wait_until_full(disk: Path) -> None:
    while os.statvfs(disk).f_bavail:
        time.sleep(0.01)
