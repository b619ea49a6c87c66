"""Publication on a small warehouse: what leaves, what stays, and what a reader sees."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest
from published_files import read_by_release

from orchestration import publish as publication
from orchestration import standing
from orchestration.publish import PublishError, publish, published_tables
from orchestration.settings import PROJECT_ROOT, Settings, key_fingerprint
from orchestration.standing import remember


def column(description: str, private: bool = False) -> dict:
    return {"description": description, "config": {"meta": {"private": private}}}


def node(schema: str, name: str, columns: dict, resource_type: str = "model") -> dict:
    return {
        "resource_type": resource_type,
        "schema": schema,
        "name": name,
        "description": f"One row per thing of {name},\nas it's known.",
        "columns": columns,
    }


KEY = "ab" * 32
MANIFEST = {
    "nodes": {
        "model.claims": node(
            "core",
            "fct_claim",
            {
                "claim_key": column("Pseudonym of the claim."),
                "claim_id": column("The practice's own id.", private=True),
                "paid_amount": column("Paid, US dollars."),
            },
        ),
        "model.staged": node("staging", "stg_claims", {"claim_id": column("Id.")}),
        "test.claims": node("core", "not_null", {}, resource_type="test"),
    },
    "sources": {
        "source.results": node(
            "quality",
            "expectation_results",
            {"suite": column("Layer.")},
            resource_type="source",
        )
    },
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    home = tmp_path / "home"
    home.mkdir()
    made = Settings.from_environment(
        {"BILLING_LANDING": str(tmp_path), "BILLING_HOME": str(home), "BILLING_AS_OF": "2026-06-30"}
    )
    fill(made, ["C2", "C1"])
    return made


def fill(settings: Settings, claims: list[str]) -> None:
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute("create schema if not exists core; create schema if not exists quality")
        connection.execute(
            "create or replace table core.fct_claim "
            "(claim_key varchar, claim_id varchar, paid_amount decimal(18, 2), undescribed varchar)"
        )
        for claim in claims:
            connection.execute(
                "insert into core.fct_claim values (?, ?, 12.34, 'ZZCANARY')",
                [f"key of {claim}", f"ZZCANARY {claim}"],
            )
        connection.execute("create or replace table quality.expectation_results (suite varchar)")
        connection.execute("create schema if not exists raw")
        connection.execute(
            f"create or replace table raw.run_settings as select '{KEY}' as pseudonym_key"
        )


def test_only_described_columns_that_are_not_private_are_published(settings: Settings) -> None:
    counts = publish(settings, MANIFEST)

    assert counts == {"core.fct_claim": 2, "quality.expectation_results": 0}
    with duckdb.connect(str(settings.published), read_only=True) as reader:
        rows = reader.sql("from core.fct_claim")
        assert rows.columns == ["claim_key", "paid_amount"]
        assert [row[0] for row in rows.fetchall()] == ["key of C1", "key of C2"]
        tables = reader.sql("select schema_name, table_name, comment from duckdb_tables()")
        assert sorted(tables.fetchall()) == [
            ("core", "fct_claim", "One row per thing of fct_claim, as it's known."),
            (
                "quality",
                "expectation_results",
                "One row per thing of expectation_results, as it's known.",
            ),
        ]
        comments = reader.sql(
            "select column_name, comment from duckdb_columns() where table_name = 'fct_claim'"
        )
        assert comments.fetchall() == [
            ("claim_key", "Pseudonym of the claim."),
            ("paid_amount", "Paid, US dollars."),
        ]
    assert b"ZZCANARY" not in settings.published.read_bytes()


def test_the_file_works_under_another_name(settings: Settings, tmp_path: Path) -> None:
    publish(settings, MANIFEST)
    other = tmp_path / "copy of last night.duckdb"
    other.write_bytes(settings.published.read_bytes())
    with duckdb.connect() as reader:
        reader.execute(f"attach '{other}' as marts (read_only)")
        assert reader.sql("select count(*) from marts.core.fct_claim").fetchone() == (2,)


@pytest.mark.parametrize("release", ["oldest", "newest"])
def test_other_releases_of_duckdb_read_the_file(settings: Settings, release: str) -> None:
    publish(settings, MANIFEST)
    query = "select sum(paid_amount) from core.fct_claim"
    pinned = (PROJECT_ROOT / "tests" / "readers" / f"{release}.lock").read_text().split()[0]
    assert read_by_release(release, settings.published, query) == [
        pinned.removeprefix("duckdb=="),
        "24.68",
    ]


def test_a_second_publication_of_the_same_marts_is_the_same(settings: Settings) -> None:
    publish(settings, MANIFEST)
    first = contents(settings.published)
    settings.standing_file.unlink()
    assert is_replaced(settings)
    assert contents(settings.published) == first


def is_replaced(settings: Settings) -> bool:
    """Publish once more, and say whether this wrote another file."""
    before = settings.published.stat().st_ino
    publish(settings, MANIFEST)
    return settings.published.stat().st_ino != before


def test_what_is_published_already_stands_and_is_of_tonight(settings: Settings) -> None:
    written = []

    def write(_: Path, folder: Path) -> None:
        folder.mkdir()
        written.append(folder)

    counts = publish(settings, MANIFEST, {"report": write})
    before = settings.published.stat()
    os.utime(settings.published, ns=(0, 0))
    remember(settings)
    night = Settings(**{**vars(settings), "as_of": date(2026, 7, 1)})

    assert publish(night, MANIFEST, {"report": write}) == counts
    assert len(written) == 1
    after = settings.published.stat()
    assert after.st_ino == before.st_ino and after.st_mtime_ns >= before.st_mtime_ns
    nights = settings.published_dir / "nights"
    assert len(list(nights.iterdir())) == 2
    assert not is_replaced(settings)


CHANGES = {
    "a row more": "insert into core.fct_claim select * from core.fct_claim limit 1",
    "another amount": "update core.fct_claim set paid_amount = 9 where claim_key = 'a'",
    "no amount": "update core.fct_claim set paid_amount = null",
    "amounts of others": (
        "update core.fct_claim set claim_key = case claim_key when 'a' then 'b' else 'a' end"
    ),
    "another empty table": "insert into quality.expectation_results values ('raw')",
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_of_any_table_is_published(settings: Settings, change: str) -> None:
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute(
            "update core.fct_claim set claim_key = 'a', paid_amount = 1 where claim_key like '%1';"
            "update core.fct_claim set claim_key = 'b', paid_amount = 2 where claim_key like '%2'"
        )
    publish(settings, MANIFEST)
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute(change)
    assert is_replaced(settings)


def test_a_column_that_does_not_leave_changes_nothing(settings: Settings) -> None:
    publish(settings, MANIFEST)
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute("update core.fct_claim set claim_id = 'ZZCANARY other'")
    assert not is_replaced(settings)


def test_other_code_publishes_anew(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(settings, MANIFEST)
    monkeypatch.setattr(standing, "code_of", lambda *_: "other")
    assert is_replaced(settings)


def test_a_file_that_was_touched_or_damaged_is_replaced(settings: Settings) -> None:
    publish(settings, MANIFEST)
    settings.published.touch()
    assert is_replaced(settings)

    settings.published.write_bytes(settings.published.read_bytes()[:4096])
    remember(settings)
    assert is_replaced(settings)
    assert len(contents(settings.published)) == 2


def test_a_companion_that_is_missing_is_written(settings: Settings) -> None:
    publish(settings, MANIFEST)
    publish(settings, MANIFEST, {"report": lambda _, folder: folder.mkdir()})
    assert (settings.published_dir / "report").is_dir()


def test_the_largest_sums_of_a_worklist_come_first(settings: Settings) -> None:
    worklist = node(
        "worklists",
        "open_denials",
        {"claim_key": column("Pseudonym."), "at_stake_amount": column("US dollars.")},
    )
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute("create schema worklists")
        connection.execute(
            "create table worklists.open_denials as select * from (values ('A', 9.50), "
            "('D', 100.00), ('C', 20.00), ('B', 20.00)) as t (claim_key, at_stake_amount)"
        )

    publish(settings, {"nodes": {"model.open_denials": worklist}, "sources": {}})

    with duckdb.connect(str(settings.published), read_only=True) as reader:
        rows = reader.sql("select claim_key from worklists.open_denials").fetchall()
    assert rows == [("D",), ("B",), ("C",), ("A",)]


def contents(file: Path) -> list:
    with duckdb.connect(str(file), read_only=True) as reader:
        return reader.sql("from core.fct_claim").fetchall()


def test_the_key_is_known_by_its_fingerprint_and_told_to_nobody(settings: Settings) -> None:
    publish(settings, MANIFEST)

    fingerprint = settings.key_fingerprint_file.read_text()
    assert fingerprint == key_fingerprint(KEY) + "\n"
    for file in settings.published_dir.iterdir():
        assert file.is_dir() or KEY.encode() not in file.read_bytes()


def test_what_does_not_fit_in_memory_lies_beside_the_warehouse(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = []
    connect = duckdb.connect

    def connected(*arguments: object, **options: object) -> duckdb.DuckDBPyConnection:
        connection = connect(*arguments, **options)
        folders.extend(connection.sql("select current_setting('temp_directory')").fetchone())
        return connection

    monkeypatch.setattr(publication.duckdb, "connect", connected)
    publish(settings, MANIFEST)
    assert folders[0] == f"{settings.warehouse}.tmp"


def test_who_may_enter_the_home_may_read_what_is_published(settings: Settings) -> None:
    settings.home.chmod(0o750)
    before = os.umask(0o077)  # of the run, which keeps all else to itself
    try:
        publish(settings, MANIFEST)
    finally:
        os.umask(before)

    (night,) = (settings.published_dir / "nights").iterdir()
    files = (settings.published, settings.key_fingerprint_file, night, night.parent)
    assert [one.stat().st_mode & 0o777 for one in files] == [0o640, 0o640, 0o640, 0o750]
    assert settings.published_dir.stat().st_mode & 0o777 == 0o750


def test_a_missing_column_publishes_nothing_and_the_last_file_stands(settings: Settings) -> None:
    publish(settings, MANIFEST)
    before = settings.published.read_bytes()
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute("alter table core.fct_claim drop column paid_amount")
    with pytest.raises(PublishError, match="paid_amount"):
        publish(settings, MANIFEST)
    assert settings.published.read_bytes() == before
    assert hidden(settings) == []


def test_a_full_disk_publishes_nothing_and_leaves_no_draft(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(settings, MANIFEST)
    before = settings.published.read_bytes()
    fill(settings, ["C3"])

    def full(path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(publication, "flush", full)
    with pytest.raises(PublishError, match="No space left on device"):
        publish(settings, MANIFEST)
    assert settings.published.read_bytes() == before
    assert hidden(settings) == []


def test_a_night_that_cannot_be_kept_is_not_published(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(settings, MANIFEST)
    before = settings.published.read_bytes()
    fill(settings, ["C3"])

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(publication.os, "link", full)
    with pytest.raises(PublishError, match="No space left on device"):
        publish(settings, MANIFEST)
    assert settings.published.read_bytes() == before
    assert hidden(settings) == []


def test_a_companion_is_written_from_the_new_file_and_shown_with_it(settings: Settings) -> None:
    def write(file: Path, folder: Path) -> None:
        with duckdb.connect(str(file), read_only=True) as reader:
            (count,) = reader.sql("select count(*) from core.fct_claim").fetchone()
        folder.mkdir()
        (folder / "claims.txt").write_text(str(count))

    publish(settings, MANIFEST, {"report": write})
    assert (settings.published_dir / "report" / "claims.txt").read_text() == "2"


def test_a_companion_that_cannot_be_written_keeps_the_file_from_publishing(
    settings: Settings,
) -> None:
    publish(settings, MANIFEST)
    before = settings.published.read_bytes()
    fill(settings, ["C3"])

    def write(file: Path, folder: Path) -> None:
        raise duckdb.IOException("Could not write file: No space left on device")

    with pytest.raises(PublishError, match="No space left on device"):
        publish(settings, MANIFEST, {"report": write})
    assert settings.published.read_bytes() == before
    assert hidden(settings) == []


def test_what_killed_publications_left_behind_is_removed_whatever_their_day(
    settings: Settings,
) -> None:
    nights = settings.published_dir / "nights"
    nights.mkdir(parents=True)
    for leftover in (
        settings.published_dir / ".billing_marts.duckdb.123",
        settings.published_dir / ".billing_marts.duckdb.123.wal",
        nights / ".billing_marts_20260401.duckdb",
    ):
        leftover.write_bytes(b"half")
    publish(settings, MANIFEST)
    assert hidden(settings) == []


def hidden(settings: Settings) -> list[str]:
    return [path.name for path in settings.published_dir.rglob(".*")]


def test_a_description_is_missing() -> None:
    manifest = {
        "nodes": {"model.x": node("core", "fct_x", {"x_key": column(" ")})},
        "sources": {},
    }
    with pytest.raises(PublishError, match=r"fct_x\.x_key has no description"):
        published_tables(manifest)


def test_seven_nights_are_kept(settings: Settings) -> None:
    for day in range(1, 10):
        night = Settings(**{**vars(settings), "as_of": date(2026, 6, day)})
        publish(night, MANIFEST)
    kept = sorted(path.name for path in (settings.published_dir / "nights").iterdir())
    assert kept == [f"billing_marts_202606{day:02d}.duckdb" for day in range(3, 10)]


@pytest.fixture
def reading(settings: Settings) -> Iterator[list[int]]:
    """Row counts that a reader sees who opens the file over and over."""
    publish(settings, MANIFEST)
    seen: list[int] = []
    stop = threading.Event()

    def read() -> None:
        # A process of its own each time: within one, DuckDB shares what it has open.
        program = (
            "import duckdb, sys\n"
            "for line in sys.stdin:\n"
            "    with duckdb.connect(sys.argv[1], read_only=True) as c:\n"
            "        (rows,) = c.sql('select count(*) from core.fct_claim').fetchone()\n"
            "    print(rows, flush=True)\n"
        )
        process = subprocess.Popen(
            [sys.executable, "-c", program, str(settings.published)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        while not stop.is_set():
            process.stdin.write("\n")
            process.stdin.flush()
            seen.append(int(process.stdout.readline()))
        process.stdin.close()
        process.wait()

    thread = threading.Thread(target=read)
    thread.start()
    yield seen
    stop.set()
    thread.join()


def test_a_reader_sees_the_last_file_or_the_new_one(settings: Settings, reading: list[int]) -> None:
    for night in range(3, 9):
        fill(settings, [f"C{number}" for number in range(night)])
        publish(settings, MANIFEST)
    deadline = time.monotonic() + 30
    while reading[-1:] != [8] and time.monotonic() < deadline:
        time.sleep(0.01)
    assert set(reading) <= {2, 3, 4, 5, 6, 7, 8}
    assert reading == sorted(reading)
    assert reading[-1] == 8
