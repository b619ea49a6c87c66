"""`python -m orchestration.nightly`: the nightly job from a terminal, told in plain words.

Belongs here: what a person reads, the exit code, and that two runs never meet. Does not belong
here: what the job does (definitions).

Exits 0 only when the marts were published, 1 when the run failed, 2 on a setting that cannot be
used or when another run is going on.
"""

import contextlib
import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

from rich.console import Console

from orchestration.settings import PROJECT_ROOT, Settings, SettingsError


class _OtherRun(Exception):
    """Another run has the home."""


def main() -> int:
    """Run the job once and return the exit code."""
    console = Console(width=None if sys.stdout.isatty() else 110)
    try:
        settings = _with_sample(Settings.from_environment())
        with _only_run(settings):
            return _run(settings, console)
    except (SettingsError, _OtherRun) as problem:
        print(problem, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"{error.filename or 'A file'}: {error.strerror}.", file=sys.stderr)
        return 1


def _with_sample(settings: Settings) -> Settings:
    """Make the sample practice where nothing was ever landed or loaded.

    An empty folder beside a warehouse is left alone: it is a practice whose files went missing, and
    invented ones must not take their place. So is a folder that was named and is not there.
    """
    landing = settings.landing
    is_default = "BILLING_LANDING" not in os.environ or not os.environ["BILLING_LANDING"].strip()
    if not landing.is_dir() and not is_default:
        raise SettingsError(f"The landing folder {landing} does not exist (BILLING_LANDING).")
    is_empty = not landing.is_dir() or not any(landing.iterdir())
    if not is_empty or settings.warehouse.exists():
        return settings
    print(f"{landing} is empty: making the sample practice, all of it invented", flush=True)
    made = subprocess.run(
        [sys.executable, "-m", "sample_practice", "--landing", str(landing)],
        cwd=PROJECT_ROOT,
        check=False,
    )
    if made.returncode != 0:
        raise SettingsError(f"The sample practice could not be made in {landing}.")
    return Settings.from_environment()


def _run(settings: Settings, console: Console) -> int:
    # Imported here, since it takes seconds, and a wrong setting should be told at once.
    from dagster import DagsterInstance

    from orchestration.dbt_project import DbtError
    from orchestration.definitions import build
    from orchestration.instance import LOCKED, dagster_home, end_killed_runs
    from orchestration.scorecard import print_scorecard

    started = time.monotonic()
    print(f"nightly run as of {settings.as_of}: {settings.landing} -> {settings.home}", flush=True)
    try:
        job = build(settings).resolve_job_def("nightly")
    except DbtError as error:
        print(error, file=sys.stderr)
        return 1
    with DagsterInstance.from_config(str(dagster_home(settings))) as instance:
        end_killed_runs(instance)
        result = job.execute_in_process(
            instance=instance,
            tags=LOCKED,
            raise_on_error=False,
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )
    seconds = time.monotonic() - started
    if not result.success:
        _tell_failure(settings, result.all_events, seconds)
        return 1
    print()
    print_scorecard(settings.published, console)
    print(f"\npublished: {settings.published} ({seconds:.0f} s)")
    return 0


def _tell_failure(settings: Settings, events: list, seconds: float) -> None:
    """Say what failed, why as far as it may be said, and where to look."""
    lines = [f"Nothing was published: the run failed after {seconds:.0f} s."]
    checks = [_check(event.event_specific_data) for event in events if _is_failed_check(event)]
    lines += checks
    for event in events:
        if event.event_type_value == "STEP_FAILURE":
            error = event.event_specific_data.error
            cause = error.cause or error
            if not (checks and "AssetCheck" in (cause.cls_name or "")):
                lines.append(f"- step {event.step_key}: {_told(cause)}")
    lines.append(
        f"Where to look: quality.expectation_results, raw.files and raw.quarantined_rows of "
        f"{settings.warehouse}."
    )
    if settings.published.exists():
        lines.append(f"The last published file stands: {settings.published}.")
    print("\n".join(["", *lines]), file=sys.stderr)


def _is_failed_check(event: Any) -> bool:
    if event.event_type_value != "ASSET_CHECK_EVALUATION":
        return False
    evaluation = event.event_specific_data
    return evaluation.blocking and not evaluation.passed and evaluation.severity.value == "ERROR"


def _check(evaluation: Any) -> str:
    rows = evaluation.metadata.get("rows_failing")
    count = f"{rows.value:,} rows fail" if rows is not None else "it could not be judged"
    table = ".".join(evaluation.asset_key.path)
    return f"- check {evaluation.check_name} of {table}: {count}. {evaluation.description or ''}"


def _told(error: Any) -> str:
    """The message of this project's own errors; of any other its class, as it may quote a value."""
    own = ("LoadError", "SettingsError", "DbtError", "PublishError")
    if error.cls_name in own:
        return error.message.split(": ", 1)[-1].strip()
    return f"{error.cls_name} (run `make dev` to see the run's own record)"


@contextlib.contextmanager
def _only_run(settings: Settings) -> Iterator[None]:
    """Hold the lock of the home. It is the process's: a killed run leaves none behind."""
    settings.home.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(settings.home / ".run.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _OtherRun(
                f"Another run is using {settings.home}; try again when it ends."
            ) from None
        yield
    finally:
        os.close(descriptor)


if __name__ == "__main__":
    raise SystemExit(main())
