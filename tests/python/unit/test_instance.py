"""Dagster's storage after a run that was killed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from dagster import DagsterInstance, DagsterRunStatus
from dagster._core.storage.dagster_run import DagsterRun
from landing_builder import make_settings

from orchestration.assets.raw import POOL
from orchestration.instance import LOCKED, dagster_home, end_killed_runs


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[DagsterInstance]:
    home = dagster_home(make_settings(tmp_path, tmp_path / "home"))
    with DagsterInstance.from_config(str(home)) as made:
        made.event_log_storage.initialize_concurrency_limit_to_default(POOL)
        yield made


def killed(instance: DagsterInstance, **tags: str) -> DagsterRun:
    """A run that is in a step which has the only place of the pool."""
    run = instance.add_run(
        DagsterRun(job_name="nightly", status=DagsterRunStatus.STARTED, tags=tags)
    )
    assert gets_a_place(instance, run.run_id)
    return run


def gets_a_place(instance: DagsterInstance, run_id: str) -> bool:
    claim = instance.event_log_storage.claim_concurrency_slot(POOL, run_id, "build_staging")
    return claim.is_claimed


def test_the_place_of_a_killed_run_in_the_pool_is_free_again(instance: DagsterInstance) -> None:
    run = killed(instance, **LOCKED)

    assert end_killed_runs(instance) == 1

    assert gets_a_place(instance, "the next run")
    assert instance.get_run_by_id(run.run_id).status == DagsterRunStatus.FAILURE
    assert end_killed_runs(instance) == 0


def test_a_run_that_has_not_taken_the_lock_yet_is_left_alone(instance: DagsterInstance) -> None:
    run = instance.add_run(DagsterRun(job_name="nightly", status=DagsterRunStatus.STARTED))

    assert end_killed_runs(instance) == 0

    assert instance.get_run_by_id(run.run_id).status == DagsterRunStatus.STARTED


def test_the_run_that_takes_the_lock_does_not_end_itself(instance: DagsterInstance) -> None:
    dead = killed(instance, **LOCKED)
    instance.event_log_storage.free_concurrency_slots_for_run(dead.run_id)
    own = killed(instance, **LOCKED)

    assert end_killed_runs(instance, but=own.run_id) == 1

    assert instance.get_run_by_id(own.run_id).status == DagsterRunStatus.STARTED
    assert not gets_a_place(instance, "another run")


def test_a_place_of_a_run_whose_end_is_known_is_free_again(instance: DagsterInstance) -> None:
    """Dagster writes down the end of a process that it sees dying, and leaves its place."""
    instance.report_run_failed(killed(instance, **LOCKED))
    assert not gets_a_place(instance, "the next run")

    assert end_killed_runs(instance) == 0

    assert gets_a_place(instance, "the next run")
