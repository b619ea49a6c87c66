"""The dbt that a run starts once: its commands do and say what they would do and say alone."""

import os
import subprocess
from pathlib import Path

import pytest
from parsed import share_parse

from orchestration.dbt_process import lock_file
from orchestration.dbt_project import dbt_command, environment, ready_dbt
from orchestration.dbt_warm import ask
from orchestration.settings import PROJECT_ROOT, Settings

LIST = ["--quiet", "ls", "--select", "dim_clinic", "--resource-type", "model"]
UNKNOWN = ["--quiet", "ls", "--select", "dim_clinic", "--selector", "there_is_none"]


@pytest.fixture
def home(settings: Settings) -> Settings:
    share_parse(settings.home)
    return settings


def run(settings: Settings, arguments: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [dbt_command(), *arguments],
        cwd=PROJECT_ROOT,
        env={**os.environ, **environment(settings)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_command_is_done_by_the_dbt_that_waits_and_says_the_same(home: Settings) -> None:
    alone = [run(home, arguments) for arguments in (LIST, UNKNOWN)]
    assert [one.returncode for one in alone] == [0, 2]
    assert alone[0].stdout == "pt_billing.marts.core.dim_clinic\n"

    with ready_dbt(home) as ready, lock_file(home).open("w") as lock:
        asked = [run(home, arguments) for arguments in (LIST, UNKNOWN)]
        assert ask(LIST, lock.fileno()) == 0
        assert ready.poll() is None

    assert [one.returncode for one in asked] == [0, 2]
    assert asked[0].stdout == alone[0].stdout
    assert ready.returncode is not None


def test_a_command_works_alone_where_the_dbt_that_waits_has_gone(home: Settings) -> None:
    with ready_dbt(home) as ready, lock_file(home).open("w") as lock:
        ready.kill()
        ready.wait()

        assert ask(LIST, lock.fileno()) is None
        assert run(home, LIST).stdout == "pt_billing.marts.core.dim_clinic\n"


def test_nothing_is_left_of_the_dbt_that_waited(home: Settings, tmp_path: Path) -> None:
    before = dict(os.environ)

    with ready_dbt(home):
        assert set(os.environ) - set(before) == {"BILLING_WARM_DBT"}
        door = Path(os.environ["BILLING_WARM_DBT"])
        assert door.is_socket() and door.parent.stat().st_mode & 0o077 == 0

    assert dict(os.environ) == before
    assert not door.parent.exists()
