"""What a deployment is made of, as far as this machine can see; and Dagster on PostgreSQL."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import dagster
import pytest

from orchestration.assets.raw import POOL
from orchestration.instance import (
    LOCKED,
    StorageError,
    dagster_home,
    end_killed_runs,
    open_instance,
)
from orchestration.retention import forget
from orchestration.settings import PROJECT_ROOT, Settings, SettingsError

DEPLOY = PROJECT_ROOT / "deploy"


def test_systemd_understands_the_units(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not on this machine")
    # A program that is here stands for the one of a deployment.
    for name in ("billing-warehouse.service", "billing-warehouse.timer"):
        text = (DEPLOY / name).read_text()
        program = re.sub(r"ExecStart=\S+", f"ExecStart={shutil.which('true')}", text)
        (tmp_path / name).write_text(program)
    units = [str(file) for file in sorted(tmp_path.iterdir())]
    checked = subprocess.run(
        ["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False
    )
    found = [line for line in checked.stderr.splitlines() if "billing-warehouse" in line]
    assert (checked.returncode, found) == (0, [])


def test_the_container_has_all_that_a_night_needs() -> None:
    text = (DEPLOY / "Containerfile").read_text()
    copied = {
        path for line in re.findall(r"^COPY (.*) \S+$", text, re.MULTILINE) for path in line.split()
    }
    assert [path for path in copied if not (PROJECT_ROOT / path).exists()] == []
    packages = {"expectations", "orchestration", "sample_practice"}
    dbt = {"dbt_project.yml", "profiles.yml", "macros", "models", "seeds", "tests/dbt"}
    assert packages | dbt | {"requirements.lock"} <= copied
    assert "tests/python" not in copied


@pytest.fixture
def url_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "postgres"
    file.write_text("postgresql://me:ZZSECRET@localhost/dagster\n")
    file.chmod(0o600)
    monkeypatch.setenv("BILLING_DAGSTER_POSTGRES_FILE", str(file))
    monkeypatch.setenv("DAGSTER_POSTGRES_URL", "")  # put back afterwards
    return file


def test_the_address_of_the_server_is_in_no_file(
    settings: Settings, url_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (dagster_home(settings) / "dagster.yaml").read_text()
    assert "env: DAGSTER_POSTGRES_URL" in text
    assert "ZZSECRET" not in text
    assert os.environ["DAGSTER_POSTGRES_URL"].endswith("@localhost/dagster")
    monkeypatch.delenv("BILLING_DAGSTER_POSTGRES_FILE")
    assert "postgres" not in (dagster_home(settings) / "dagster.yaml").read_text()


@pytest.mark.parametrize(
    ("mode", "text", "sentence"),
    [
        (0o640, "postgresql://me:ZZSECRET@h/d", "can be used by others"),
        (0o600, "mysql://me:ZZSECRET@h/d", "must hold an address like postgresql://"),
        (0o600, "\udcff", "it is not plain text"),
    ],
)
def test_a_server_that_cannot_be_used_is_said(
    settings: Settings, url_file: Path, mode: int, text: str, sentence: str
) -> None:
    url_file.write_bytes(text.encode(errors="surrogateescape"))
    url_file.chmod(mode)
    with pytest.raises(SettingsError, match=sentence) as caught:
        dagster_home(settings)
    assert "ZZSECRET" not in str(caught.value)
    assert not (settings.home / "dagster").exists()


def test_a_server_that_does_not_answer_is_said(
    settings: Settings, url_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: str) -> None:
        raise ConnectionError("connection to ZZSECRET refused")

    monkeypatch.setattr(dagster.DagsterInstance, "from_config", refuse)
    with pytest.raises(StorageError, match=r"names cannot be used \(ConnectionError\)\.$"):
        open_instance(settings)


@pytest.fixture
def server() -> Iterator[str]:
    """The address of a PostgreSQL server of its own, reached by a socket."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    if not programs:
        pytest.skip("no PostgreSQL server is installed")
    # A server does not run as root.
    own = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
    folder = Path(subprocess.check_output([*own, "mktemp", "-d"], text=True).strip())
    start = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
    pg = [*own, str(programs[-1]), "-D", f"{folder}/data", "-s", "-w"]
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "cwd": "/"}
    try:
        subprocess.run([*pg, "initdb", "-o", "-A trust -U dagster"], **quiet)
        subprocess.run([*pg, "start", "-l", f"{folder}/log", "-o", start], **quiet)
        yield f"postgresql://dagster@/postgres?host={folder}"
        subprocess.run([*pg, "stop", "-m", "immediate"], **quiet)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dagster.job(name="nightly")
def night() -> None:
    dagster.op(name="nothing")(lambda: None)()


def test_runs_are_stored_on_a_real_server(settings: Settings, server: str, url_file: Path) -> None:
    url_file.write_text(server)
    with open_instance(settings) as instance:
        run = night.execute_in_process(instance=instance)
        # A run that was killed in a step.
        storage = instance.event_log_storage
        storage.initialize_concurrency_limit_to_default(POOL)
        started = dagster.DagsterRunStatus.STARTED
        killed = dagster.DagsterRun(job_name="nightly", status=started, tags=LOCKED)
        instance.add_run(killed)
        assert storage.claim_concurrency_slot(POOL, killed.run_id, "step").is_claimed
    with open_instance(settings) as another:
        assert another.get_run_by_id(run.run_id).is_success
        assert another.all_logs(run.run_id)
        assert end_killed_runs(another) == 1
        assert another.get_run_by_id(killed.run_id).is_failure
        assert another.event_log_storage.claim_concurrency_slot(POOL, "next", "step").is_claimed
        # A negative number of days: everything that ended is older.
        forget(replace(settings, keep_days=-1), another)
        assert not another.get_runs()
    assert not (settings.home / "dagster" / "history").exists()
