"""What Dagster's daemon looks out for: new files, missed nights, and runs that ended, to tell them.

The run on new files is a convenience, off until somebody switches it on: the nightly run reads
every file anyway. The others are on.
"""

import contextlib
import hashlib
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from dagster import (
    DagsterInstance,
    DagsterRun,
    DagsterRunStatus,
    DefaultSensorStatus,
    RunRequest,
    RunsFilter,
    RunStatusSensorContext,
    SensorDefinition,
    SensorEvaluationContext,
    SkipReason,
    run_status_sensor,
    sensor,
)

from orchestration.failures import failure_lines
from orchestration.instance import end_killed_runs, is_in_use
from orchestration.jobs import nightly, publish
from orchestration.lock import OtherRun, only_run
from orchestration.notify import TOLD_TAG, Channels, tell_failed, tell_published
from orchestration.retention import forget
from orchestration.settings import Settings


def landing_sensor(settings: Settings) -> SensorDefinition:
    """Ask for a nightly run when the files of the landing folder are others than last time."""

    @sensor(
        name="new_files",
        job=nightly,
        minimum_interval_seconds=300,
        default_status=DefaultSensorStatus.STOPPED,
        description="Starts the nightly job when files of the landing folder are new or changed.",
    )
    def new_files(context: SensorEvaluationContext) -> RunRequest | SkipReason:
        seen = fingerprint(settings.landing)
        if seen is None:
            return SkipReason(f"{settings.landing} holds no files.")
        if seen == context.cursor:
            return SkipReason("The landing folder is as it was.")
        context.update_cursor(seen)
        return RunRequest(run_key=seen)

    return new_files


# A night is missed when the last good one is older than this; two o'clock is a day apart.
_OVERDUE = timedelta(hours=25)
# Dagster's own scheduler makes up for one missed tick when it starts: it goes first.
_SCHEDULER_FIRST_SECONDS = 600


def catch_up_sensor(settings: Settings) -> SensorDefinition:
    """Ask for one run when none published within a day and none came to an end of its own."""
    started = time.monotonic()

    @sensor(
        name="catch_up",
        job=nightly,
        minimum_interval_seconds=600,
        default_status=DefaultSensorStatus.RUNNING,
        description="Starts the nightly job once when a night was missed or its run was killed.",
    )
    def catch_up(context: SensorEvaluationContext) -> RunRequest | SkipReason:
        _end_killed_runs(settings, context.instance)
        if time.monotonic() - started < _SCHEDULER_FIRST_SECONDS:
            return SkipReason("The schedule makes up for a missed night first.")
        now = datetime.now(tz=UTC)
        if not settings.published.exists():
            return SkipReason("There was no first night yet.")
        published = datetime.fromtimestamp(settings.published.stat().st_mtime, tz=UTC)
        if now - published < _OVERDUE:
            return SkipReason("The last night is not older than a day.")
        # Two o'clock of this night is within a day, that of the night before is not.
        lately = RunsFilter(job_name=nightly.name, created_after=now - timedelta(days=1))
        if any(not _is_killed(context.instance, run) for run in context.instance.get_runs(lately)):
            return SkipReason("A run was begun within the last day.")
        return RunRequest(run_key=f"missed {now:%Y-%m-%d}")

    return catch_up


def _end_killed_runs(settings: Settings, instance: DagsterInstance) -> None:
    """Let the queue go on where a dead run is at its head, or has a place in the pool."""
    if is_in_use(instance):
        with contextlib.suppress(OtherRun), only_run(settings):
            end_killed_runs(instance)


def _is_killed(instance: DagsterInstance, run: DagsterRun) -> bool:
    """Whether a run ended without a step that failed: killed, or another had the home."""
    is_failed = run.status == DagsterRunStatus.FAILURE
    return is_failed and instance.get_run_stats(run.run_id).steps_failed == 0


def notice_sensors(settings: Settings, channels: Channels) -> list[SensorDefinition]:
    """Tell of every run that the daemon started, however it ended."""
    endings = (DagsterRunStatus.SUCCESS, DagsterRunStatus.FAILURE, DagsterRunStatus.CANCELED)
    return [_notice_sensor(ending, settings, channels) for ending in endings]


def _notice_sensor(
    ending: DagsterRunStatus, settings: Settings, channels: Channels
) -> SensorDefinition:
    # A step or hook of the run itself would not be there to tell when its process was killed.
    @run_status_sensor(
        run_status=ending,
        name=f"tell_{ending.value.lower()}",
        monitored_jobs=[nightly, publish],
        default_status=DefaultSensorStatus.RUNNING,
        description="Tells what changed, or what failed, when a run ends.",
    )
    def tell(context: RunStatusSensorContext) -> SkipReason | None:
        run = context.dagster_run
        forget(settings, context.instance)
        if TOLD_TAG in run.tags:
            return SkipReason("Whoever started the run has told of it.")
        if ending == DagsterRunStatus.SUCCESS:
            tell_published(settings, channels)
            return None
        entries = context.instance.all_logs(run.run_id)
        events = [entry.dagster_event for entry in entries if entry.dagster_event]
        problems = failure_lines(events, names_files=False)
        tell_failed(settings, channels, problems or [f"the run ended as {ending.value.lower()}"])
        return None

    return tell


def fingerprint(landing: Path) -> str | None:
    """Return one hash over path, size and modification time of every file; None without any."""
    files = sorted(path for path in landing.rglob("*") if path.is_file())
    if not files:
        return None
    state = hashlib.sha256()
    for path in files:
        status = path.stat()
        name = path.relative_to(landing).as_posix()
        state.update(f"{name}\0{status.st_size}\0{status.st_mtime_ns}\0".encode(errors="replace"))
    return state.hexdigest()
