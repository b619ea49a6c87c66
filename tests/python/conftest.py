"""Shared by all tests: a landing folder with a warehouse of its own, and how hypothesis works.

The folder of this file is on the import path, so that tests say `from x12_builder import …`.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import hypothesis
import pytest
import small_practices
from landing_builder import make_settings, query_warehouse
from nights import Night, first_night

from orchestration.ingest import LoadSummary, load_landing
from orchestration.settings import Settings

# The same examples on every machine and in every run: a red test means a changed project.
hypothesis.settings.register_profile("project", derandomize=True, deadline=None, database=None)
hypothesis.settings.load_profile("project")

# These files take minutes each. They begin first, else one process is left with them at the end.
_LONGEST = (
    "test_canary",
    "test_order",
    "test_fault_kills",
    "test_mutants",
    "test_against_oracle",
    "test_fault_readers",
    "test_fault_files",
    "test_nightly",
    "test_release",
    "test_hostile_files",
    "test_dbt",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest."""
    place = {name: number for number, name in enumerate(_LONGEST)}
    items.sort(key=lambda item: place.get(item.path.stem, len(place)))


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    """An empty landing folder."""
    folder = tmp_path / "landing"
    for kind in ("practice", "x12"):
        (folder / kind).mkdir(parents=True)
    return folder


@pytest.fixture
def settings(tmp_path: Path, landing: Path) -> Settings:
    """Settings of a run on `landing`, with a home of its own, as of 2026-06-30."""
    return make_settings(landing, tmp_path / "home")


@pytest.fixture
def load(settings: Settings) -> Callable[[], LoadSummary]:
    """Loads `landing`; the lines of its report are in load.report."""

    def run() -> LoadSummary:
        run.report.clear()
        return load_landing(settings, report=run.report.append)

    run.report = []
    return run


@pytest.fixture
def query(settings: Settings) -> Callable[..., list[tuple]]:
    """Returns the rows of a query on the warehouse."""

    def rows(sql: str, *parameters: object) -> list[tuple]:
        return query_warehouse(settings, sql, *parameters)

    return rows


@contextmanager
def _shared(factory: pytest.TempPathFactory, name: str) -> Iterator[Path]:
    """A folder of the whole run of tests, for one of its processes at a time."""
    own = factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / name
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


@pytest.fixture(scope="session")
def sample_night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    """The sample practice as a new user gets it, after its first night. Tests must not change it.

    It takes minutes, so the first process that needs it makes it for all.
    """
    with _shared(tmp_path_factory, "sample") as folder:
        return first_night(folder)


@pytest.fixture(scope="session")
def healthy_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The warehouse of a small healthy practice. Tests must not change it."""
    with _shared(tmp_path_factory, "healthy") as folder:
        return small_practices.healthy_warehouse(folder)
