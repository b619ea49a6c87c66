"""Dagster's own home: run storage and its settings, under BILLING_HOME."""

import shutil
from pathlib import Path

from dagster import DagsterInstance, DagsterRunStatus, RunsFilter

from orchestration.settings import PROJECT_ROOT, Settings


def dagster_home(settings: Settings) -> Path:
    """Return the folder of Dagster's storage, made and with the project's dagster.yaml in it."""
    home = settings.home / "dagster"
    home.mkdir(parents=True, exist_ok=True)
    draft = home / ".dagster.yaml"
    shutil.copyfile(PROJECT_ROOT / "orchestration" / "dagster.yaml", draft)
    draft.replace(home / "dagster.yaml")
    return home


# On the runs that hold the lock of the home (orchestration.nightly) as long as they live.
LOCKED = {"billing/holds_the_lock": "true"}
_UNFINISHED = [DagsterRunStatus.NOT_STARTED, DagsterRunStatus.STARTING, DagsterRunStatus.STARTED]


def end_killed_runs(instance: DagsterInstance) -> int:
    """Write down that runs were killed, and give back their places in the pool; return how many.

    Only for who holds the lock of the home: a run that held it and is not finished is dead then.
    Dagster does not notice, and the next run would wait for the place in the pool for ever.
    """
    killed = instance.get_runs(RunsFilter(statuses=_UNFINISHED, tags=LOCKED))
    for run in killed:
        # In this order: a run that is not written down yet is found again.
        instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
        instance.report_run_failed(run, message="The run was killed.")
    return len(killed)
