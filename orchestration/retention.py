"""What is forgotten after BILLING_KEEP_DAYS: notices, and Dagster's record of runs that ended.

Belongs here: what grows with every run and nobody else cleans up. Does not belong here: the seven
published nights (publish), and ticks, which Dagster's daemon forgets by dagster.yaml. dbt keeps the
artifacts of the last run only, and no log.
"""

import sys
import time
from datetime import UTC, datetime, timedelta

from dagster import DagsterInstance, RunsFilter
from dagster._core.storage.dagster_run import FINISHED_STATUSES

from orchestration.settings import Settings

# In one go, so that the first time on an old home does not hold up a night.
_MOST_RUNS = 200


def forget(settings: Settings, instance: DagsterInstance) -> None:
    """Remove what is older than the days to keep. Never fails: what is left goes next time."""
    try:
        _forget_notices(settings)
        _forget_runs(settings, instance)
    except Exception as error:
        kind = type(error).__name__
        print(f"What is older than {settings.keep_days} days stays ({kind}).", file=sys.stderr)


def _forget_notices(settings: Settings) -> None:
    oldest = time.time() - settings.keep_days * 86400
    for file in (settings.home / "notices").glob("notice_*.txt"):
        if file.stat().st_mtime < oldest:
            file.unlink(missing_ok=True)


def _forget_runs(settings: Settings, instance: DagsterInstance) -> None:
    oldest = datetime.now(tz=UTC) - timedelta(days=settings.keep_days)
    events = settings.home / "dagster" / "history" / "runs"
    # A run that goes on is never removed, however long it takes.
    old = RunsFilter(statuses=FINISHED_STATUSES, created_before=oldest)
    for record in instance.get_run_records(old, limit=_MOST_RUNS, ascending=True):
        run_id = record.dagster_run.run_id
        instance.delete_run(run_id)
        # Dagster empties the file of the run's events and leaves it; on PostgreSQL there is none.
        for file in events.glob(f"{run_id}.db*"):
            file.unlink(missing_ok=True)
