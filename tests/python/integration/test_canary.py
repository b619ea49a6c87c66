"""Nothing outside the landing folder and the private warehouse holds a value of a patient.

One practice with a sentinel in every field that can name a patient goes through the ways in which
a night can end. After each of them everything that was written is searched: what the terminal got,
Dagster's storage, dbt's artifacts, published files, documentation, temporary and home folders.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pyarrow
import pyarrow.parquet
import pytest
from canaries import AS_OF, PHI, canaries_in, canaries_of, phi_columns, write_canaries

from orchestration.settings import PROJECT_ROOT

_PROJECT = (
    *("dbt_project.yml", "profiles.yml", "pyproject.toml", "requirements.lock"),
    *("expectations", "macros", "models", "orchestration", "sample_practice", "seeds", "tests/dbt"),
)


class Practice:
    """A practice of sentinels with a copy of the project, so that a test can break the project."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.project = root / "project"
        self.home = root / "home"
        self.landing = root / "landing"
        for name in _PROJECT:
            copy = shutil.copytree if (PROJECT_ROOT / name).is_dir() else shutil.copy
            (self.project / name).parent.mkdir(parents=True, exist_ok=True)
            copy(PROJECT_ROOT / name, self.project / name)
        for name in ("tmp", "user"):
            (root / name).mkdir()
        write_canaries(self.landing)

    def start(self, module: str, *arguments: str) -> subprocess.Popen:
        """Start a command of the Makefile; all it may write to lies below the root."""
        environment = {name: text for name, text in os.environ.items() if "BILLING" not in name}
        environment |= {
            "BILLING_LANDING": str(self.landing),
            "BILLING_HOME": str(self.home),
            "BILLING_AS_OF": AS_OF,
            "HOME": str(self.root / "user"),
            "TMPDIR": str(self.root / "tmp"),
        }
        return subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=self.project,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, module: str = "orchestration.nightly", *arguments: str) -> tuple[int, str]:
        """Run a command to its end; return its exit code and what the terminal got."""
        process = self.start(module, *arguments)
        terminal, _ = process.communicate(timeout=600)
        return process.returncode, terminal

    def leaks(self, terminal: str) -> list[str]:
        """Where a sentinel or a secret of the pseudonyms is that must not be there."""
        private = [self.landing, self.home / "pseudonym.key", self.home / "releases.csv"]
        private += self.home.glob("warehouse.duckdb*")
        key = (self.home / "pseudonym.key").read_text().strip()
        return [
            *canaries_in(self.root, private, key),
            *(f"terminal: {one}" for one in canaries_of(terminal, key)),
            *(str(folder) for folder in self.root.rglob(".tmp")),  # DuckDB's, by default
        ]


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Practice:
    return Practice(tmp_path_factory.mktemp("canary"))


@pytest.fixture
def broken_step(practice: Practice) -> Iterator[None]:
    """A bug in the loader whose error quotes the rows, as errors of libraries do."""
    file = practice.project / "orchestration" / "ingest" / "arrow_rows.py"
    source = file.read_text()
    bug = "    if batch.rows:\n        raise ValueError(f'cannot use {batch.rows}')\n"
    assert source.count("    if batch.rows:\n") == 1
    file.write_text(source.replace("    if batch.rows:\n", bug))
    yield
    file.write_text(source)


@pytest.fixture(scope="module")
def broken_models(practice: Practice) -> Callable[[], None]:
    """A model and a test in which a cast fails: DuckDB's error quotes the value.

    Of the first runs, so that dbt parses the project once for all of them; returns what mends it.
    """
    files = {
        "models/staging/practice/stg_bad.sql": (
            "select cast(last_name as integer) as bad from {{ ref('stg_practice__patients') }}"
        ),
        "tests/dbt/assert_bad.sql": (
            "select * from {{ ref('stg_practice__coverages') }} "
            "where cast(member_id as date) is null"
        ),
    }
    for name, sql in files.items():
        (practice.project / name).write_text(sql)
    return lambda: [(practice.project / name).unlink() for name in files]


def test_every_phi_column_of_the_contract_has_a_sentinel() -> None:
    assert {column for _, column in phi_columns()} == set(PHI)


def test_a_run_that_ends_in_an_unexpected_error(
    practice: Practice, broken_models: Callable, broken_step: None
) -> None:
    code, terminal = practice.run()

    assert code == 1
    assert "step load_landing: " in terminal
    assert "ValueError" in terminal
    assert practice.leaks(terminal) == []


def test_a_run_that_is_killed_while_a_cast_fails(
    practice: Practice, broken_models: Callable
) -> None:
    written = practice.home / "dbt" / "staging"
    shutil.rmtree(written, ignore_errors=True)
    process = practice.start("orchestration.nightly")
    # dbt writes down what it asks of the database before it asks.
    while not list(written.rglob("run/**/stg_bad.sql")) and process.poll() is None:
        time.sleep(0.01)
    # dbt is at work, and ends a moment after the run that started it.
    process.send_signal(signal.SIGKILL)
    process.wait()
    terminal = process.stdout.read()  # until dbt, which has the same terminal, has ended
    _wait_until_free(practice.home / "warehouse.duckdb")

    assert process.returncode == -signal.SIGKILL
    assert practice.leaks(terminal) == []


def test_a_run_in_which_a_cast_fails(practice: Practice, broken_models: Callable) -> None:
    code, terminal = practice.run()

    assert code == 1
    assert "model stg_bad: Runtime Error: Conversion Error" in terminal
    assert "test assert_bad: Runtime Error: Conversion Error" in terminal
    assert practice.leaks(terminal) == []


def test_a_good_night_and_what_is_made_of_it(
    practice: Practice, broken_models: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    broken_models()
    # One that fails is searched above; those that pass take half a minute and write the same.
    monkeypatch.setenv("DBT_EXCLUDE_RESOURCE_TYPES", "test")
    shown = ["--file", "practice/patients_20260501_a.csv"]
    released = ["--file", "x12/broken_miscounted.x12", "--set=1", "--who=A", "--why=ZZCANARY"]
    terminal = ""
    for module, *arguments in (
        ("orchestration.nightly",),
        ("orchestration.docs",),
        ("orchestration.share",),
        ("orchestration.release", *shown),
        ("orchestration.release", *released),
    ):
        code, more = practice.run(module, *arguments)
        assert code == 0, more
        terminal += more

    assert "row 4: " in terminal
    assert practice.leaks(terminal) == []
    # Notices go to other houses: not even the names of files, which a sender chose.
    notices = practice.home / "notices"
    assert canaries_in(notices, [notices / ".told.duckdb"], ".csv", ".x12") == []
    with duckdb.connect(str(practice.home / "warehouse.duckdb"), read_only=True) as warehouse:
        # What was searched for was there to be found.
        for table, column in (
            ("stg_practice__patients", "last_name"),
            ("stg_practice__coverages", "member_id"),
            ("stg_practice__authorizations", "authorization_number"),
        ):
            (count,) = warehouse.sql(
                f"select count(*) from staging.{table} where {column} ilike '%zzcanary%'"
            ).fetchone()
            assert count > 0, table
    assert (practice.home / "published" / "docs" / "index.html").exists()


def test_a_run_that_fails_at_a_check(practice: Practice) -> None:
    # Twenty sets of today that miscount: more than a fifth of the last month's.
    broken = (practice.landing / "x12" / "broken_miscounted.x12").read_text()
    texts = [broken.replace("000000095", f"0000002{number}") for number in range(10, 30)]
    many = "".join(texts).replace("260105*0800", "260530*0800")
    (practice.landing / "x12" / "many.x12").write_text(many)
    code, terminal = practice.run()

    assert code == 1
    assert "- check transaction_sets_are_whole of raw.x12_transactions: 20 rows fail" in terminal
    assert practice.leaks(terminal) == []


def _wait_until_free(warehouse: Path) -> None:
    for _ in range(3_000):
        try:
            duckdb.connect(str(warehouse)).close()
            return
        except duckdb.IOException:
            time.sleep(0.1)
    pytest.fail("The warehouse is still in use.")


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "a.duckdb")) as connection:
        connection.execute("create table t as select '193' || '1-03-17' as d from range(9000)")
    (tmp_path / "b.log").write_text("a line\nof ZZCanary\n")
    (tmp_path / "c.txt").write_text("ZZCanary", encoding="utf-16")
    with zipfile.ZipFile(tmp_path / "d.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner", "ZZCANARY" * 99)
    pyarrow.parquet.write_table(pyarrow.table({"a": ["ZZCANARY"] * 99}), tmp_path / "e.parquet")
    (tmp_path / "left").mkdir()
    (tmp_path / "left" / "out").write_text("zzcanary")

    found = canaries_in(tmp_path, [tmp_path / "left"])

    assert found == ["a.duckdb: 1931-03-17"] + [
        f"{name}: zzcanary" for name in ("b.log", "c.txt", "d.zip", "e.parquet")
    ]
