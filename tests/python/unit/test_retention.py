"""What is forgotten after the days to keep, and what never is."""

import os
import time
from dataclasses import replace
from pathlib import Path

import dagster
import pytest
from dagster._core.storage.dagster_run import DagsterRunStatus

from orchestration.instance import dagster_home
from orchestration.retention import forget
from orchestration.settings import Settings


@dagster.job(name="nightly")
def night() -> None:
    dagster.op(name="nothing")(lambda: None)()


def test_old_notices_go_and_what_was_told_last_stays(settings: Settings) -> None:
    folder = settings.home / "notices"
    folder.mkdir(parents=True)
    for name, days in (
        ("notice_20260101T000000_0.txt", 8),
        ("notice_20260102T000000_0.txt", 6),
        (".told.duckdb", 99),
        ("own.txt", 99),
    ):
        (folder / name).touch()
        when = time.time() - days * 86400
        os.utime(folder / name, (when, when))
    with dagster.DagsterInstance.ephemeral() as instance:
        forget(replace(settings, keep_days=7), instance)
    assert sorted(file.name for file in folder.iterdir()) == [
        ".told.duckdb",
        "notice_20260102T000000_0.txt",
        "own.txt",
    ]


def test_old_runs_go_and_those_that_go_on_stay(settings: Settings) -> None:
    # Dagster's storage on disk, as a home has it.
    with dagster.DagsterInstance.from_config(str(dagster_home(settings))) as instance:
        ended = night.execute_in_process(instance=instance).run_id
        goes_on = instance.create_run_for_job(night, status=DagsterRunStatus.STARTED).run_id
        runs = settings.home / "dagster" / "history" / "runs"
        assert list(runs.glob(f"{ended}*"))

        forget(settings, instance)
        assert {run.run_id for run in instance.get_runs()} == {ended, goes_on}

        # A negative number of days: everything is older.
        forget(replace(settings, keep_days=-1), instance)
        assert {run.run_id for run in instance.get_runs()} == {goes_on}
        assert not list(runs.glob(f"{ended}*"))


def test_what_cannot_be_removed_is_told_and_fails_nothing(
    settings: Settings, capfd, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError(5, "Input/output error")

    (settings.home / "notices").mkdir(parents=True)
    monkeypatch.setattr(Path, "glob", broken)
    with dagster.DagsterInstance.ephemeral() as instance:
        forget(settings, instance)
    assert "What is older than 90 days stays (OSError)." in capfd.readouterr().err
