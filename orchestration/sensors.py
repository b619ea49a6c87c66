"""What Dagster's daemon looks out for: new files to load, and runs that ended, to tell of them.

The run on new files is a convenience, off until somebody switches it on: the nightly run reads
every file anyway. Notices are on.
"""

import hashlib
from pathlib import Path

from dagster import (
    DagsterRunStatus,
    DefaultSensorStatus,
    RunRequest,
    RunStatusSensorContext,
    SensorDefinition,
    SensorEvaluationContext,
    SkipReason,
    run_status_sensor,
    sensor,
)

from orchestration.failures import failure_lines
from orchestration.jobs import nightly, publish
from orchestration.notify import TOLD_TAG, Channels, tell_failed, tell_published
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
