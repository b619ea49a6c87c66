"""The long form: each step of a practice's night is killed, or finds the disk full.

After each, the same step alone leaves the warehouse, or what is published, as an undisturbed one.
"""

import random
from pathlib import Path

import pytest
from faults.disk import leave_free, small_disk
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


# The checks write a few rows: only a disk with no room at all stops them.
@pytest.mark.parametrize(
    ("step", "megabytes"),
    [
        ("build_staging", 1),
        ("build_staging", 8),
        ("build_core", 4),
        ("build_metrics", 4),
        ("expectations_of_core", 0),
        ("publication", 1),
        ("publication", 10),
    ],
)
def test_a_step_on_a_full_disk(
    practice: Practice, tmp_path: Path, step: str, megabytes: int
) -> None:
    landing = practice.landing
    with small_disk(tmp_path / "disk") as disk:
        home = copy_home(practice.before[step], disk(2000) / "home")
        if megabytes:
            leave_free(disk, megabytes)
        else:
            fill_up(disk(2000))
        with watched(home) as met:
            child = start(landing, home, step)
            _, errors = child.communicate(timeout=600)
        assert child.returncode == 1, errors
        assert "No space left on device" in errors
        assert met == practice.fingerprints[:1]
        assert fingerprint(published_file(home)) == met[0]
        assert list((home / "published").rglob(".*")) == []

        disk(2000)
        (home.parent / "filler").unlink(missing_ok=True)
        run_steps(landing, home, step)

        undisturbed = home_after(practice, step)
        assert warehouse_state(home) == warehouse_state(undisturbed)
        if step == "publication":
            assert state(landing, home) == state(landing, undisturbed)


def fill_up(disk: Path) -> None:
    with (disk / "filler").open("wb") as filler:
        try:
            while True:
                filler.write(bytes(1 << 16))
                filler.flush()
        except OSError:
            return
