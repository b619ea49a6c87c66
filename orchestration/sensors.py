"""A run as soon as new files lie in the landing folder.

A convenience, off until somebody switches it on: the nightly run reads every file anyway.
"""

import hashlib
from pathlib import Path

from dagster import (
    DefaultSensorStatus,
    RunRequest,
    SensorDefinition,
    SensorEvaluationContext,
    SkipReason,
    sensor,
)

from orchestration.jobs import nightly
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
