"""Whole runs that are no night: the warehouse from landing alone, and nights of the past.

What takes whole nights is for `make test-nights`.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest
from nights import published
from small_practices import write_healthy_practice

from orchestration import backfill, publish, rebuild
from orchestration.ingest import LoadError, load_landing
from orchestration.ingest.releases import FILE, Release, add_release
from orchestration.lock import only_run
from orchestration.settings import PROJECT_ROOT, Settings
from orchestration.warehouse import connect

whole_nights = pytest.mark.skipif(
    "BILLING_TEST_NIGHTS" not in os.environ, reason="for make test-nights"
)

# Who and why are not published, and a release is not lost with the warehouse.
RELEASED = "practice/adjustments of june.csv"


@dataclass(frozen=True)
class Practice:
    """A small practice with an encrypted warehouse after its first night."""

    landing: Path
    home: Path

    def start(self, module: str, *arguments: str) -> subprocess.Popen:
        environment = {name: text for name, text in os.environ.items() if "BILLING" not in name}
        return subprocess.Popen(
            [sys.executable, "-m", f"orchestration.{module}", *arguments],
            cwd=PROJECT_ROOT,
            env={**environment, **self.variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, module: str, *arguments: str) -> str:
        """What it tells, when it ends well."""
        child = self.start(module, *arguments)
        told, _ = child.communicate(timeout=3600)
        assert child.returncode == 0, told[-4000:]
        return told

    @property
    def variables(self) -> dict[str, str]:
        return {
            "BILLING_LANDING": str(self.landing),
            "BILLING_HOME": str(self.home),
            "BILLING_REFERENCE": str(self.home / "reference"),
            "BILLING_ENCRYPTION_KEY_FILE": str(self.home / "encryption.key"),
            "BILLING_AS_OF": "2026-06-30",
        }

    @property
    def settings(self) -> Settings:
        return Settings.from_environment(self.variables)

    @property
    def state(self) -> dict[str, list[tuple]]:
        return published(self.home)

    def claim_keys(self, file: Path) -> set[str]:
        """Of the claims that were sent: one that waits to be sent has another key, its visit's."""
        with duckdb.connect(str(file), read_only=True) as reader:
            rows = reader.sql("select claim_key from core.fct_claim_submission").fetchall()
        return {key for (key,) in rows}


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Practice:
    """The warehouse is in use when its first night begins, which passes."""
    made = begun(tmp_path_factory.mktemp("practice"))
    with made.settings.warehouse.open("w") as stream:
        stream.write("of somebody else")
        stream.flush()
        fcntl.lockf(stream, fcntl.LOCK_EX)
        night = made.start("nightly")
        told = next((line for line in night.stdout if "trying again" in line), "it was not told")
        made.settings.warehouse.unlink()
    rest, _ = night.communicate(timeout=3600)
    assert night.returncode == 0, rest[-4000:]
    assert told == "LoadError: trying again in 2 s\n"
    return made


def begun(folder: Path) -> Practice:
    """A practice before its first night."""
    made = Practice(folder / "landing", folder / "home")
    write_healthy_practice(made.landing)
    made.home.mkdir()
    key = made.home / "encryption.key"
    key.touch(0o600)
    key.write_text("ab" * 32)
    release(made)
    made.settings.pseudonym_key()  # none is made beside a warehouse
    return made


def release(practice: Practice) -> None:
    """Let a file whose name says nothing be read for what it is."""
    (file,) = (practice.landing / "practice").glob("adjustments_*.csv")
    file = file.rename(practice.landing / RELEASED)
    what = (FILE, None, "adjustments", date(2026, 6, 30), "The name says no extract.")
    content = hashlib.sha256(file.read_bytes()).hexdigest()
    at = datetime.fromisoformat("2026-06-30 09:00:00")
    one = Release(at, "Ann Lee", "a name was mistyped", RELEASED, "csv", content, *what)
    add_release(practice.settings.releases, one)


@whole_nights
def test_a_rebuild_gives_the_same_published_tables(practice: Practice) -> None:
    settings, before = practice.settings, practice.state
    old = settings.published.stat().st_ino
    assert before["quality.releases"]
    # What nobody delivered, and what an old file's log would play back, is gone afterwards.
    with connect(settings) as warehouse:
        warehouse.execute("update core.fct_charge set charge_amount = 0")
        warehouse.execute("create table raw.of_nobody as select 1 as one")

    told = practice.run("rebuild")

    assert "Nothing changed since the last notice." in told
    after = practice.state
    assert {name for name in after.keys() | before.keys() if after[name] != before[name]} == set()
    assert settings.published.stat().st_ino != old
    assert not (settings.home / "beside").exists()
    # Encrypted with the same key, and the views know the file's name.
    with connect(settings, read_only=True) as warehouse:
        tables = warehouse.sql("select table_name from duckdb_tables() where schema_name = 'raw'")
        assert ("of_nobody",) not in tables.fetchall()
        assert warehouse.sql("select count(*) from staging.stg_load__files").fetchone()[0] > 0
    with pytest.raises(duckdb.CatalogException, match="without a key"):
        duckdb.connect(str(settings.warehouse), read_only=True)


@whole_nights
def test_a_backfill_writes_past_nights_and_leaves_the_current_one(practice: Practice) -> None:
    file, before = practice.settings.published, practice.state
    old = file.stat().st_ino
    practice.run("backfill", "2026-03-01", "2026-04-30")
    assert (practice.state, file.stat().st_ino) == (before, old)
    assert not (practice.home / "beside").exists()
    march, april = sorted((practice.home / "published" / "nights" / "backfill").iterdir())
    assert march.name == "billing_marts_20260331.duckdb"
    assert april.name == "billing_marts_20260430.duckdb"
    with duckdb.connect(str(march), read_only=True) as reader:
        months = reader.sql("select max(month) from metrics.scorecard").fetchone()
        releases = reader.sql("select count(*) from quality.releases").fetchone()
    assert (str(months[0]), releases[0]) == ("2026-03-01", 1)
    # The same pseudonyms, or nothing could be compared.
    keys = [practice.claim_keys(one) for one in (march, april, file)]
    assert keys[0] < keys[1] < keys[2]


def test_a_rebuild_loads_the_same_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Models are a function of these; that they are built anew takes a whole night."""
    practice = begun(tmp_path)
    load_landing(practice.settings)
    settings, before = practice.settings, raw_rows_of(practice)
    assert (RELEASED, "loaded") in before["files"]
    for name, text in practice.variables.items():
        monkeypatch.setenv(name, text)

    def load(made: Settings) -> None:
        load_landing(made)
        made.published_dir.mkdir()
        publish._tell_key(made, made.pseudonym_key())
        made.published.write_text("new")

    monkeypatch.setattr(rebuild, "run_job", load)
    with connect(settings) as warehouse:
        warehouse.execute("delete from raw.charges")
    assert rebuild.main([]) == 0
    assert raw_rows_of(practice) == before
    assert b"charges" not in settings.warehouse.read_bytes()


def raw_rows_of(practice: Practice) -> dict[str, list[tuple]]:
    with connect(practice.settings, read_only=True) as warehouse:
        names = warehouse.sql(
            "select table_name from duckdb_tables() where schema_name = 'raw'"
        ).fetchall()
        rows = {name: warehouse.sql(f'from raw."{name}"').fetchall() for (name,) in sorted(names)}
        rows["files"] = warehouse.sql("select file, status from raw.files").fetchall()
    return {name: sorted(of, key=repr) for name, of in rows.items()}


# The swap and its neighbours, without the run


@pytest.fixture
def old(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A home with a warehouse that loaded one file, and a run that writes "new" files."""
    (settings.landing / "practice" / "visits_20260630.csv").touch()
    settings.published_dir.mkdir(parents=True)
    key = settings.pseudonym_key()
    settings.published.write_text("old")
    settings.releases.write_text("as it was")
    warehouse(settings, "old")
    for name, value in (("LANDING", settings.landing), ("HOME", settings.home)):
        monkeypatch.setenv(f"BILLING_{name}", str(value))
    monkeypatch.setenv("BILLING_AS_OF", "2026-06-30")

    def run(made: Settings) -> None:
        assert (made.pseudonym_key(), made.releases.read_text()) == (key, "as it was")
        made.published_dir.mkdir(parents=True, exist_ok=True)
        publish._tell_key(made, key)
        made.published.write_text("new")
        warehouse(made, "new")

    monkeypatch.setattr(rebuild, "run_job", run)
    monkeypatch.setattr(backfill, "run_job", run)
    return settings


def warehouse(settings: Settings, state: str) -> None:
    with connect(settings) as connection:
        connection.execute("create schema raw")
        connection.execute(f"create table raw.state as select '{state}' as state")
        connection.execute("create table raw.files (file varchar, status varchar)")
        connection.execute(
            "insert into raw.files values ('practice/visits_20260630.csv', 'loaded')"
        )


def states(settings: Settings) -> tuple[str, str]:
    """Of the warehouse and of the published file."""
    with connect(settings, read_only=True) as connection:
        return connection.sql("from raw.state").fetchone()[0], settings.published.read_text()


def test_a_rebuild_takes_the_place_of_both_files_and_of_an_old_log(old: Settings) -> None:
    log = old.warehouse.with_name("warehouse.duckdb.wal")
    old.warehouse.write_text("broken")
    log.write_text("of the old file")
    assert rebuild.main([]) == 0
    assert states(old) == ("new", "new")
    assert not log.exists()
    night = old.published_dir / "nights" / "billing_marts_20260630.duckdb"
    assert night.read_text() == "new"
    assert old.key_fingerprint_file.exists()


@pytest.mark.parametrize("instant", range(1, 11))
def test_a_rebuild_that_is_stopped_at_any_instant_leaves_whole_files(
    old: Settings, monkeypatch: pytest.MonkeyPatch, instant: int
) -> None:
    """Stopped before every change of a name and every flush, from the run's end to its own."""
    left = iter(range(instant))

    def stopping(real):
        def change(*arguments, **options):
            if next(left, None) is None:
                raise KeyboardInterrupt
            return real(*arguments, **options)

        return change

    run = rebuild.run_job

    def then_stop(made: Settings) -> None:
        run(made)
        next(left)
        for owner, name in (
            (Path, "replace"),
            (Path, "unlink"),
            (os, "link"),
            (publish, "flush"),
            (rebuild, "flush"),
        ):
            monkeypatch.setattr(owner, name, stopping(getattr(owner, name)))

    with monkeypatch.context() as patched:
        patched.setattr(rebuild, "run_job", then_stop)
        patched.setattr(shutil, "rmtree", lambda *_, **__: None)  # as if it had been killed
        patched.setattr(rebuild, "tell_published", stopping(lambda *_: None))
        with pytest.raises(KeyboardInterrupt):
            rebuild.main([])
    monkeypatch.undo()

    assert states(old) in (("old", "old"), ("new", "old"), ("new", "new"))
    assert (old.home / "beside").exists()
    with only_run(old):
        assert not (old.home / "beside").exists()


def test_what_landing_no_longer_holds_is_not_lost_unasked(old: Settings, capfd) -> None:
    (old.landing / "practice" / "visits_20260630.csv").unlink()
    assert rebuild.main([]) == 2
    assert "1 files that count are no longer in" in capfd.readouterr().err
    assert states(old) == ("old", "old")
    assert rebuild.main(["--without-missing"]) == 0
    assert states(old) == ("new", "new")


def test_a_warehouse_that_somebody_has_open_is_left_alone(old: Settings, capfd) -> None:
    program = (
        "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); input()"
    )
    client = subprocess.Popen(
        [sys.executable, "-c", program, str(old.warehouse)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert client.stdout.readline() == "open\n"
        # Also where nobody asks what it holds: its log would be played into the new one.
        assert [rebuild.main([]), rebuild.main(["--without-missing"])] == [1, 1]
    finally:
        client.communicate("\n")
    assert f"in use by process {client.pid}" in capfd.readouterr().err
    assert states(old) == ("old", "old")


def test_another_key_of_the_encryption_is_no_way_to_lose_files_unasked(
    old: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd
) -> None:
    key = tmp_path / "key"
    key.touch(0o600)
    key.write_text("ab" * 32)
    monkeypatch.setenv("BILLING_ENCRYPTION_KEY_FILE", str(key))
    assert rebuild.main([]) == 2
    assert "is not encrypted" in capfd.readouterr().err
    assert rebuild.main(["--without-missing"]) == 0
    assert states(Settings.from_environment()) == ("new", "new")
    assert b"visits_20260630" not in old.warehouse.read_bytes()


@pytest.mark.parametrize("problem", [["check a of raw.files: 1 rows fail."], LoadError("no.")])
def test_a_rebuild_that_fails_leaves_everything(
    old: Settings, monkeypatch: pytest.MonkeyPatch, problem: object
) -> None:
    before = old.warehouse.read_bytes()

    def fail(made: Settings) -> list[str]:
        if isinstance(problem, Exception):
            raise problem
        return problem

    monkeypatch.setattr(rebuild, "run_job", fail)
    assert rebuild.main([]) == 1
    assert (old.warehouse.read_bytes(), old.published.read_text()) == (before, "old")
    assert not (old.home / "beside").exists()


def test_a_backfill_that_fails_keeps_the_nights_before(
    old: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, nights = backfill.run_job, []

    def fail_in_may(made: Settings) -> list[str] | None:
        nights.append(made.as_of)
        if made.as_of == date(2026, 5, 31):
            return ["check a of raw.files: 1 rows fail."]
        made.warehouse.unlink(missing_ok=True)
        return run(made)

    monkeypatch.setattr(backfill, "run_job", fail_in_may)
    assert backfill.main(["2026-03-15", "2026-06-30"]) == 1
    assert nights == [date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31)]
    kept = sorted(file.name for file in (old.published_dir / "nights" / "backfill").iterdir())
    assert kept == ["billing_marts_20260331.duckdb", "billing_marts_20260430.duckdb"]
    assert states(old) == ("old", "old")
    with only_run(old):
        assert backfill.main(["2026-03-15", "2026-06-30"]) == 2
