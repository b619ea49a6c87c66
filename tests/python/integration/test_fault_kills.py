"""A night that is killed at any instant is mended by the next plain run, and no reader notices.

FAULTS_KILLS of them at least: 15 in `make test`, 200 in `make test-faults`, half and more inside
the load, the others inside the publication. The long form also kills at the borders of and inside
all other steps, in chains before a plain run. FAULTS_SEED makes it other instants.
"""

import os
import random

import pytest
from faults.homes import (
    Practice,
    assert_old_then_new,
    kill,
    make_practice,
    raw_state,
    run_steps,
    start,
    state,
    watched,
)
from faults.steps import STEPS

KILLS = int(os.environ.get("FAULTS_KILLS", "15"))
SEED = int(os.environ.get("FAULTS_SEED", "20260630"))
CHAIN = 5
# What a whole night says when it comes to a step.
LINES = ("nightly run", "loaded", "expectations of raw", "staging:", "core:", "metrics:")


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Practice:
    made = make_practice(tmp_path_factory.mktemp("practice"))
    old, new = made.fingerprints
    assert old != new, "the second night must change what is published"
    return made


@pytest.mark.parametrize("number", range((KILLS + 1) // 2))
def test_a_load_that_is_killed(practice: Practice, number: int) -> None:
    home = practice.begin_from(practice.first)
    dice = random.Random(f"{SEED} load {number}")
    for _ in range(1 + number % 3):
        child = start(practice.landing, home, "load")
        kill(child, "begin load", dice.uniform(0, 0.6) * practice.seconds["load"])

    run_steps(practice.landing, home, "load")

    assert raw_state(practice.landing, home) == raw_state(practice.landing, practice.second)


@pytest.mark.parametrize("number", range(KILLS // 2))
def test_a_publication_that_is_killed(practice: Practice, number: int) -> None:
    home = practice.begin_from(practice.unpublished)
    dice = random.Random(f"{SEED} publication {number}")
    with watched(home) as met:
        child = start(practice.landing, home, "publication")
        kill(child, "begin", dice.uniform(0.1, 1) * practice.seconds["publication"])
        run_steps(practice.landing, home, "publication")

    assert_old_then_new(met, practice.fingerprints)
    assert state(practice.landing, home) == state(practice.landing, practice.second)


@pytest.mark.skipif("FAULTS_KILLS" not in os.environ, reason="long form: make test-faults")
@pytest.mark.parametrize("number", range(max(1, KILLS // 2 // CHAIN)))
def test_a_chain_of_kills_before_one_plain_night(practice: Practice, number: int) -> None:
    """Each run begins at its step whatever was killed before: worse than a night, and shorter."""
    home = practice.begin_from(practice.first)
    dice = random.Random(f"{SEED} night {number}")
    steps = sorted(dice.sample(STEPS[:-1], CHAIN - 1), key=STEPS.index)
    with watched(home) as met:
        night = start(practice.landing, home, module="orchestration.nightly")
        assert kill(night, dice.choice(LINES), dice.uniform(0, 5))
        for step in steps:
            child = start(practice.landing, home, step)
            if dice.random() < 0.5:
                kill(child, f"end {step}", 0)
            else:
                kill(child, "begin", dice.uniform(0, 1) * practice.seconds[step])

        plain = start(practice.landing, home, module="orchestration.nightly")
        told, errors = plain.communicate(timeout=900)

    assert plain.returncode == 0, told[-2000:] + errors[-2000:]
    assert_old_then_new(met, practice.fingerprints)
    assert state(practice.landing, home) == state(practice.landing, practice.second)
