"""`python -m orchestration.nightly`: the nightly job from a terminal, told in plain words.

Belongs here: what a person reads, the exit code, and that two runs never meet. Does not belong
here: what the job does (definitions).

Exits 0 only when the marts were published, 1 when the run failed, 2 on a setting that cannot be
used or when another run is going on.
"""

import gc
import os
import shutil
import subprocess
import sys
import time

from rich.console import Console

from orchestration.failures import failure_lines
from orchestration.ingest.partitions import check_engine
from orchestration.lock import OtherRun, only_run
from orchestration.notify import TOLD_TAG, Channels, tell_failed, tell_published
from orchestration.settings import PROJECT_ROOT, Settings, SettingsError
from orchestration.warehouse import check_key

# Below it a failure is told with how little is free: a night writes tens of megabytes and more.
_LITTLE_SPACE = 50 << 20


def main() -> int:
    """Run the job once and return the exit code."""
    console = Console(width=None if sys.stdout.isatty() else 110)
    try:
        settings = Settings.from_environment()
        channels = Channels.from_environment(settings.home)
        settings = _with_sample(settings)
        with only_run(settings):
            settings.pseudonym_key()  # one that cannot be used is told at once
            check_key(settings)
            check_engine(settings)
            return _run(settings, channels, console)
    except (SettingsError, OtherRun) as problem:
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


def _run(settings: Settings, channels: Channels, console: Console) -> int:
    started = time.monotonic()
    print(f"nightly run as of {settings.as_of}: {settings.landing} -> {settings.home}", flush=True)
    problems = run_job(settings)
    if problems is not None:
        print(
            "Where to look: quality.expectation_results, raw.files and raw.quarantined_rows of "
            f"{settings.warehouse}.",
            file=sys.stderr,
        )
        free = shutil.disk_usage(settings.home).free
        if free < _LITTLE_SPACE:
            print(
                f"The disk of {settings.home} is full: {free >> 20} MB are free.", file=sys.stderr
            )
        if settings.published.exists():
            print(f"The last published file stands: {settings.published}.", file=sys.stderr)
        tell_failed(settings, channels, problems)
        return 1
    # Imported here, since it takes seconds, and a wrong setting should be told at once.
    from orchestration.scorecard import print_scorecard

    print()
    print_scorecard(settings.published, console)
    tell_published(settings, channels)
    print(f"\nreport page: {settings.published_dir / 'report' / 'index.html'}")
    print(f"published: {settings.published} ({time.monotonic() - started:.0f} s)")
    return 0


def run_job(settings: Settings) -> list[str] | None:
    """Run the nightly job once in this process; None when it published, else what failed.

    The terminal was told of a failure; the lines hold no values and no names of files.
    """
    # Imported here, since it takes seconds, and a wrong setting should be told at once.
    from sqlalchemy.exc import DBAPIError

    from orchestration.dbt_project import DbtError, ready_dbt
    from orchestration.definitions import build
    from orchestration.instance import LOCKED, StorageError, end_killed_runs, open_instance
    from orchestration.retention import forget

    started = time.monotonic()
    try:
        job = build(settings).resolve_job_def("nightly")
    except DbtError as error:
        print(error, file=sys.stderr)
        return ["the dbt project does not parse"]
    try:
        opened = open_instance(settings)
    except StorageError as error:
        print(error, file=sys.stderr)
        return [str(error)]
    try:
        with opened as instance, ready_dbt(settings):
            end_killed_runs(instance)
            result = job.execute_in_process(
                instance=instance,
                tags={**LOCKED, TOLD_TAG: "terminal"},
                raise_on_error=False,
                run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            )
            forget(settings, instance)
    except DBAPIError as error:
        # Not its own text, which quotes what was to be written.
        problem = str(error.orig).split("\n")[0]
        told = f"Dagster could not keep the record of the run, and ended it: {problem}."
        print(f"\n{told}", file=sys.stderr)
        return [told]
    if result.success:
        return None
    seconds = time.monotonic() - started
    print(f"\nNothing was published: the run failed after {seconds:.0f} s.", file=sys.stderr)
    for line in failure_lines(result.all_events, names_files=True):
        print(f"- {line}", file=sys.stderr)
    return failure_lines(result.all_events, names_files=False)


if __name__ == "__main__":
    code = main()
    gc.freeze()  # else Python looks through all objects once more before it ends: two seconds
    raise SystemExit(code)
