"""That one run at a time has a home, and a second home for the runs that are no night.

Belongs here: the lock, and what a run that was killed left on disk. Does not belong here: what it
left in Dagster's storage (instance).
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from orchestration.dbt_process import wait_for_orphans
from orchestration.settings import Settings
from orchestration.warehouse import UMASK


class OtherRun(Exception):
    """Another run has the home. The message is one sentence."""


@contextmanager
def only_run(settings: Settings) -> Iterator[None]:
    """Hold the lock of the home, and keep what is written meanwhile to its owner.

    The lock is the process's: a killed run leaves none behind.

    What a killed run left on disk is PHI that nobody needs, and goes.

    Raises:
        OtherRun: another run holds it.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    before = os.umask(UMASK)
    descriptor = os.open(settings.home / ".run.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OtherRun(
                f"Another run is using {settings.home}; try again when it ends."
            ) from None
        wait_for_orphans(settings)
        if _beside(settings).exists():
            wait_for_orphans(replace(settings, home=_beside(settings)))
        for left in (settings.spill_dir, _beside(settings)):
            shutil.rmtree(left, ignore_errors=True)
        if settings.warehouse.exists() and settings.warehouse.stat().st_size == 0:
            # Killed as it was made. An encrypted one cannot be opened so.
            settings.warehouse.unlink()
        yield
    finally:
        os.close(descriptor)
        os.umask(before)


@contextmanager
def home_beside(settings: Settings) -> Iterator[Settings]:
    """A new home below the home of the lock, for as long as it is needed: same keys and releases.

    Raises:
        OSError: it cannot be made.
    """
    home = replace(settings, home=_beside(settings))
    home.home.mkdir()
    try:
        if settings.releases.exists():
            shutil.copy2(settings.releases, home.releases)
        yield home
    finally:
        shutil.rmtree(home.home, ignore_errors=True)


def _beside(settings: Settings) -> Path:
    return settings.home / "beside"
