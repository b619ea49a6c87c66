"""`python -m orchestration.rebuild`: the warehouse anew from the landing folder and the releases.

Belongs here: building beside, and taking the place of the old file. Does not belong here: the run,
which is the nightly one on a home of its own.

The new warehouse and what it publishes are whole and checked before they take the old ones' names.
Stopped before that, the old ones stand. Stopped between the two names, the new warehouse stands
beside the old published file, as after a night that was stopped before it published.

Exits as `orchestration.nightly` does.
"""

import contextlib
import sys
from pathlib import Path

import duckdb

from orchestration.files import flush
from orchestration.ingest import LoadError
from orchestration.ingest.load import landed
from orchestration.ingest.store import open_warehouse
from orchestration.lock import OtherRun, home_beside, only_run
from orchestration.nightly import run_job
from orchestration.notify import Channels, tell_failed, tell_published
from orchestration.publish import take_over
from orchestration.retry import can_pass
from orchestration.settings import Settings, SettingsError

WITHOUT_MISSING = "--without-missing"


def main(arguments: list[str]) -> int:
    """Rebuild and return the exit code; `--without-missing`: what left landing may go."""
    try:
        settings = Settings.from_environment()
        if settings.is_spark:
            raise SettingsError(
                "BILLING_ENGINE=spark builds everything each night: to begin from the landing "
                "folder alone, run the night in another BILLING_HOME."
            )
        channels = Channels.from_environment(settings.home)
        with only_run(settings):
            settings.pseudonym_key()  # one that cannot be used is told at once
            if arguments != [WITHOUT_MISSING]:
                _refuse_to_lose(settings)
            return _rebuild(settings, channels)
    except (SettingsError, OtherRun) as problem:
        print(problem, file=sys.stderr)
        return 2
    except (OSError, LoadError) as error:
        print(f"The old warehouse stands: {error}", file=sys.stderr)
        return 1


def _refuse_to_lose(settings: Settings) -> None:
    files = {one.file for one in landed(settings).files}
    missing = sum(file not in files for file in _settled(settings))
    if missing:
        raise SettingsError(
            f"{missing:,} files that count are no longer in {settings.landing} and would be lost: "
            "put them back, or run make rebuild WITHOUT_MISSING=1."
        )


def _settled(settings: Settings) -> list[str]:
    """Return the files that a warehouse loaded, and leave no log beside it.

    One that is broken has none: rebuilding is the way out.

    Raises:
        LoadError: somebody has it open.
        SettingsError: its key is another one.
    """
    if not settings.warehouse.exists():
        return []
    try:
        with open_warehouse(settings) as connection:
            found = connection.sql("select file from raw.files where status = 'loaded'").fetchall()
            return [file for (file,) in found]
    except LoadError as error:
        if can_pass(error):
            raise
        return []
    except duckdb.Error:
        return []


def _rebuild(settings: Settings, channels: Channels) -> int:
    with home_beside(settings) as made:
        print(f"rebuilding {settings.warehouse} from {settings.landing}", flush=True)
        problems = run_job(made)
        if problems is not None:
            print("The old warehouse and what it published stand.", file=sys.stderr)
            tell_failed(settings, channels, problems)
            return 1
        _settled(made)
        # Of another key: it goes as it is.
        with contextlib.suppress(SettingsError):
            _settled(settings)
        flush(made.warehouse)
        # What is left of an old file's log must never be played into the new one.
        _log(settings).unlink(missing_ok=True)
        # The name stays, since the views in it carry it.
        made.warehouse.replace(settings.warehouse)
        flush(settings.home)
        take_over(settings, made)
    tell_published(settings, channels)
    print(f"rebuilt: {settings.warehouse}, published: {settings.published}")
    return 0


def _log(settings: Settings) -> Path:
    return settings.warehouse.with_name(f"{settings.warehouse.name}.wal")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
