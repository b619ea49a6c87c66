"""Dagster's record of events: the same as without our class, and files that are let go of."""

from pathlib import Path

import pytest
from dagster import AssetCheckResult, DagsterInstance, Definitions, asset, asset_check
from dagster._core.storage.event_log import SqliteEventLogStorage
from landing_builder import make_settings

from orchestration.event_log import OpenEventLog
from orchestration.instance import dagster_home


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return dagster_home(make_settings(tmp_path, tmp_path / "it's a home"))


def run_once(home: Path) -> str:
    """Run a job with an asset and a check; return the id of the run."""

    @asset
    def table() -> None:
        pass

    @asset_check(asset=table)
    def is_right() -> AssetCheckResult:
        return AssetCheckResult(passed=True)

    job = Definitions([table], asset_checks=[is_right]).resolve_implicit_global_asset_job_def()
    with DagsterInstance.from_config(str(home)) as instance:
        assert isinstance(instance.event_log_storage, OpenEventLog)
        return job.execute_in_process(instance=instance).run_id


def open_files(folder: Path) -> set[str]:
    """The files below a folder that this process has open."""
    links = [link for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
    files = [link.readlink() for link in links]
    return {file.name for file in files if file.is_relative_to(folder)}


def test_what_is_kept_can_be_read_as_dagster_s_own_storage_reads_it(home: Path) -> None:
    run_id = run_once(home)
    own = SqliteEventLogStorage(str(home / "history" / "runs"))

    kinds = [
        one.event_log_entry.dagster_event_type for one in own.get_records_for_run(run_id).records
    ]

    kept = [kind.value for kind in kinds if kind]
    assert kept[-1] == "PIPELINE_SUCCESS"
    assert {"ASSET_MATERIALIZATION", "ASSET_CHECK_EVALUATION"} <= set(kept)


def test_a_file_is_open_between_two_events_and_let_go_of_at_the_end(home: Path) -> None:
    first = run_once(home)
    folder = home / "history" / "runs"
    assert open_files(folder) == set()
    log = OpenEventLog(str(folder))

    log.get_records_for_run(first)
    assert f"{first}.db" in open_files(folder)
    second = run_once(home)
    log.get_records_for_run(second)

    assert f"{first}.db" not in open_files(folder)
    log.dispose()
    assert open_files(folder) == set()


def test_the_disk_is_asked_to_flush_at_checkpoints_and_not_at_every_event(home: Path) -> None:
    log = OpenEventLog(str(home / "history" / "runs"))

    with log.index_connection() as connection:
        assert connection.exec_driver_sql("pragma journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("pragma synchronous").scalar() == 1

    log.dispose()
