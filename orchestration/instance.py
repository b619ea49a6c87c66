"""Dagster's own home: its settings and run storage, under BILLING_HOME or on PostgreSQL."""

import json
import os
import re
import shutil
from pathlib import Path

from dagster import DagsterInstance, DagsterRunStatus, RunsFilter

from orchestration.settings import PROJECT_ROOT, Settings, SettingsError, read_secret

_VARIABLE = "BILLING_DAGSTER_POSTGRES_FILE"
# Dagster's settings name this variable; the address with its password is never written to a file.
_URL_VARIABLE = "DAGSTER_POSTGRES_URL"
_POSTGRES = f"""
storage:
  postgres:
    postgres_url:
      env: {_URL_VARIABLE}
"""
# Runs and schedules are where Dagster puts them; text in JSON is YAML, too.
_SQLITE = """
event_log_storage:
  module: orchestration.event_log
  class: OpenEventLog
  config: {{base_dir: {folder}}}
"""


def dagster_home(settings: Settings) -> Path:
    """Return the folder of Dagster's storage, made and with the project's dagster.yaml in it.

    Raises:
        SettingsError: runs are to be stored on PostgreSQL, and it is not said how.
    """
    url = _postgres_url(os.environ.get(_VARIABLE, "").strip())
    home = settings.home / "dagster"
    home.mkdir(parents=True, exist_ok=True)
    draft = home / ".dagster.yaml"
    shutil.copyfile(PROJECT_ROOT / "orchestration" / "dagster.yaml", draft)
    storage = _SQLITE.format(folder=json.dumps(str(home / "history" / "runs")))
    if url is not None:
        os.environ[_URL_VARIABLE] = url
        storage = _POSTGRES
    with draft.open("a", encoding="utf-8") as stream:
        stream.write(storage)
    draft.replace(home / "dagster.yaml")
    return home


class StorageError(Exception):
    """The server of Dagster's storage cannot be used. The message is one sentence."""


def open_instance(settings: Settings) -> DagsterInstance:
    """Open Dagster's storage; close it with `with`.

    Raises:
        SettingsError: as dagster_home.
        StorageError: the server does not answer, or lets nobody in.
    """
    home = str(dagster_home(settings))
    if not os.environ.get(_VARIABLE, "").strip():
        return DagsterInstance.from_config(home)
    try:
        return DagsterInstance.from_config(home)
    except Exception as error:  # of the driver, SQLAlchemy or Dagster; names host and user
        raise StorageError(
            f"The server that {_VARIABLE} names cannot be used ({type(error).__name__})."
        ) from None


def _postgres_url(text: str) -> str | None:
    if not text:
        return None
    file = PROJECT_ROOT / text
    url = read_secret(_VARIABLE, file)
    if not re.fullmatch(r"postgresql://\S+", url):
        raise SettingsError(f"{_VARIABLE} {file} must hold an address like postgresql://host/name.")
    # The driver that dagster-postgres brings; SQLAlchemy's own choice is another.
    return url.replace("postgresql:", "postgresql+psycopg2:", 1)


# On the runs that hold the lock of the home (orchestration.lock) as long as they live.
LOCKED = {"billing/holds_the_lock": "true"}
_UNFINISHED = [DagsterRunStatus.NOT_STARTED, DagsterRunStatus.STARTING, DagsterRunStatus.STARTED]


def is_in_use(instance: DagsterInstance) -> bool:
    """Whether there are runs that have the lock or a place in the pool, alive or killed."""
    locked = instance.get_runs_count(RunsFilter(statuses=_UNFINISHED, tags=LOCKED))
    return locked > 0 or bool(_in_pool(instance))


def end_killed_runs(instance: DagsterInstance, but: str | None = None) -> int:
    """Write down that runs were killed, and give back their places in the pool; return how many.

    Only for who holds the lock of the home, for the run `but` or before its run: another that held
    it and is not finished is dead then, and so is another that has a place in the pool, since all
    take the lock first. The next run would wait for that place for ever.
    """
    for run_id in _in_pool(instance) - {but}:
        instance.event_log_storage.free_concurrency_slots_for_run(run_id)
    killed = instance.get_runs(RunsFilter(statuses=_UNFINISHED, tags=LOCKED))
    killed = [run for run in killed if run.run_id != but]
    for run in killed:
        instance.report_run_failed(run, message="The run was killed.")
    return len(killed)


def _in_pool(instance: DagsterInstance) -> set[str]:
    storage = instance.event_log_storage
    pools = [storage.get_concurrency_info(key) for key in storage.get_concurrency_keys()]
    return {run_id for pool in pools for run_id in (*pool.active_run_ids, *pool.pending_run_ids)}
