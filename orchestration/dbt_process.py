"""`python -m orchestration.dbt_process ARGUMENT …`: dbt that ends when its run does.

Belongs here: how dbt is started below a run. Does not belong here: where it reads and writes.

A run that is killed cannot end its dbt, which would go on writing to the warehouse under the next
run. So dbt looks whether its run still lives. As long as it lives itself it holds a lock, for which
the next run waits (wait_for_orphans). Its environment is that of dbt_project.environment.
"""

import fcntl
import importlib.metadata
import os
import sys
import threading
import time
from pathlib import Path

from orchestration.dbt_warm import ask
from orchestration.settings import Settings
from orchestration.spark_session import close_session, do

_SECONDS_BETWEEN_LOOKS = 0.1


def lock_file(settings: Settings) -> Path:
    """The file on which every dbt of this home holds a lock."""
    return settings.home / ".dbt.lock"


def wait_for_orphans(settings: Settings) -> None:
    """Return when no dbt of a run that was killed writes to the home; for who holds its lock."""
    descriptor = _open(lock_file(settings))
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("waiting for the dbt of an earlier run to end", flush=True)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
    finally:
        os.close(descriptor)


def main() -> None:
    """Be dbt."""
    if sys.argv[1:] == ["--version"]:
        # Dagster asks for it before every layer, and dbt takes seconds to say it.
        return print(importlib.metadata.version("dbt-core"))
    lock = _open(Path(os.environ["BILLING_DBT_LOCK"]))
    fcntl.flock(lock, fcntl.LOCK_SH)
    run = int(os.environ["BILLING_RUN_PID"])
    _end_without(run)
    threading.Thread(target=_look_after, args=(run,), daemon=True).start()
    code = ask(sys.argv[1:], lock)
    if code is not None:
        raise SystemExit(code)
    if os.environ.get("BILLING_DBT_TARGET") == "spark":
        try:
            code = do(sys.argv[1:])
        finally:
            close_session()
        raise SystemExit(code)
    from dbt.cli.main import cli

    cli()


def _look_after(run: int) -> None:
    while True:
        time.sleep(_SECONDS_BETWEEN_LOOKS)
        _end_without(run)


def _end_without(run: int) -> None:
    if os.getppid() != run:
        os._exit(1)


def _open(file: Path) -> int:
    file.parent.mkdir(parents=True, exist_ok=True)
    return os.open(file, os.O_RDWR | os.O_CREAT, 0o600)


if __name__ == "__main__":
    main()
