"""Loading night after night: what is taken away, overwritten or mended, what ends a load and what
is told."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path

import duckdb
import pytest
from landing_builder import write_csv, write_file, write_x12
from x12_builder import (
    ClaimPayment,
    ServiceLine,
    group,
    interchange,
    transaction_835,
)

from orchestration.ingest import LoadError, batches, csv_reader, discovery, file_reader
from orchestration.ingest import load as loading

PAYER = {"payer_id": "P1", "payer_name": "Payer", "payer_type": "commercial"}
CLINIC = {"clinic_id": "C1", "clinic_name": "Café"}
PAYMENT = transaction_835([ClaimPayment("C1", [ServiceLine("97110", "80", "80")])])

Load = Callable[[], loading.LoadSummary]
Query = Callable[..., list[tuple]]


@pytest.fixture
def files(query: Query) -> Callable[[], dict[str, tuple]]:
    """Returns (status, reason, rows_read) by path."""

    def rows() -> dict[str, tuple]:
        return {
            file: rest
            for file, *rest in map(
                tuple, query("select file, status, reason, rows_read from raw.files")
            )
        }

    return rows


# From night to night


def test_a_file_taken_away_keeps_counting(landing: Path, load: Load, query: Query) -> None:
    path = write_csv(landing, "payers", "2026-01-31", [PAYER])
    load()
    path.unlink()

    load()

    assert query("select status, rows_read from raw.files") == [("loaded", 1)]
    assert query("select count(*) from raw.payers") == [(1,)]


def test_an_overwritten_file_counts_with_its_new_content(
    landing: Path, load: Load, query: Query
) -> None:
    write_csv(landing, "payers", "2026-01-31", [PAYER])
    load()
    write_csv(landing, "payers", "2026-01-31", [PAYER, PAYER | {"payer_id": "P2"}])

    load()

    counted = "from raw.payers join raw.files on file_sha256 = sha256"
    assert query(f"select payer_id {counted} order by 1") == [("P1",), ("P2",)]
    assert query("select count(*), sum(rows_read) from raw.files") == [(1, 2)]
    (line,) = (line for line in load.report if "payers_20260131" in line)
    assert line.startswith(
        "file 1 of 1: practice/payers_20260131.csv: 2 rows, in place of its earlier content, "
    )

    # The old content comes back under its name: its rows are still there, and count once.
    write_csv(landing, "payers", "2026-01-31", [PAYER])
    load()
    assert query(f"select payer_id {counted}") == [("P1",)]


def test_a_quarantined_file_that_is_mended_is_loaded(
    landing: Path, load: Load, files: Callable[[], dict[str, tuple]]
) -> None:
    path = landing / "practice/clinics_20260131.csv"
    write_file(path, b"clinic_id\nC1\n")
    load()
    write_file(path, b"clinic_id,clinic_name\nC1,A\n")

    load()

    assert files() == {"practice/clinics_20260131.csv": ["loaded", None, 1]}
    assert not any("in place of" in line for line in load.report)


def test_a_good_file_that_is_overwritten_by_a_broken_one_is_told(
    landing: Path, load: Load, files: Callable[[], dict[str, tuple]]
) -> None:
    path = write_csv(landing, "payers", "2026-01-31", [PAYER])
    load()
    write_file(path, b"")

    load()

    assert files() == {"practice/payers_20260131.csv": ["quarantined", "The file is empty.", 0]}
    assert "quarantined, in place of its earlier content: The file is empty." in load.report[0]


# What ends a load


def test_a_file_that_may_not_be_read_stops_the_load_and_keeps_what_was_before(
    landing: Path, load: Load, query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_csv(landing, "clinics", "2026-01-31", [CLINIC])
    write_csv(landing, "payers", "2026-01-31", [PAYER])
    open_path = Path.open

    def refuse(path: Path, *arguments: object, **options: object) -> object:
        # Permissions do not hold for root, under which tests often run.
        if path.name.startswith("payers"):
            raise PermissionError(13, "Permission denied", str(path))
        return open_path(path, *arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", refuse)
        with pytest.raises(LoadError) as caught:
            load()

    assert str(caught.value) == ("practice/payers_20260131.csv cannot be read: Permission denied.")
    assert query("select file from raw.files") == [("practice/clinics_20260131.csv",)]
    load()
    assert query("select count(*) from raw.files") == [(2,)]


@pytest.mark.parametrize(
    ("name", "first", "then"),
    [
        ("practice/clinics_20260131.csv", b"clinic_id,clinic_name\nC1,A\n", b"C2,B\n"),
        ("practice/clinics_20260131.csv", b"", b"clinic_id,clinic_name\nC1,A\n"),
        ("practice/clinics_20260131.csv.gz", b"\x1f\x8b\x08", b"more"),
        ("x12/a", interchange(group(PAYMENT)).encode(), b" "),
        ("x12/a", b"ISA*00*", b"          *00"),
    ],
    ids=["csv", "empty csv", "gzip", "x12", "half an x12"],
)
def test_a_file_that_changes_while_it_is_read_stops_the_load(
    landing: Path,
    load: Load,
    query: Query,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    first: bytes,
    then: bytes,
) -> None:
    write_file(landing / name, first)

    def fingerprint(path: Path, kind: str) -> discovery.Fingerprint | None:
        found = discovery.fingerprint(path, kind)
        with path.open("ab") as stream:
            stream.write(then)
        return found

    with monkeypatch.context() as patch:
        patch.setattr(file_reader, "fingerprint", fingerprint)
        with pytest.raises(LoadError, match=f"^{name} changed while it was read"):
            load()

    assert query("select count(*) from raw.files") == [(0,)]
    assert query("select count(*) from raw.clinics") == [(0,)]
    assert query("select count(*) from raw.x12_transactions") == [(0,)]
    load()
    assert query("select count(*) from raw.files") == [(1,)]


@pytest.mark.parametrize("broken", [2, 5])
def test_a_file_that_cannot_be_stored_is_named_and_those_before_it_are_loaded(
    landing: Path, load: Load, query: Query, monkeypatch: pytest.MonkeyPatch, broken: int
) -> None:
    for day in range(1, 6):
        write_csv(landing, "payers", f"2026-01-0{day}", [PAYER | {"payer_name": str(day)}])
    put_files = loading.store.put_files

    def fail(connection: duckdb.DuckDBPyConnection, records: list) -> None:
        if any(one.extract_date.day == broken for one in records):
            raise duckdb.ConstraintException("Duplicate key 'ZZCANARY'")
        put_files(connection, records)

    with monkeypatch.context() as patch:
        patch.setattr(loading.store, "put_files", fail)
        with pytest.raises(LoadError) as caught:
            load()

    assert str(caught.value) == (
        f"practice/payers_2026010{broken}.csv cannot be stored: DuckDB ConstraintException."
    )
    before = [(str(day),) for day in range(1, broken)]
    assert query("select payer_name from raw.payers order by 1") == before
    assert query("select count(*) from raw.files") == query("select count(*) from raw.contents")
    load()
    assert query("select count(*), count(distinct payer_name) from raw.payers") == [(5, 5)]


def test_a_batch_that_cannot_be_stored_at_once_is_stored_file_by_file(
    landing: Path, load: Load, query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in range(1, 6):
        write_csv(landing, "payers", f"2026-01-0{day}", [PAYER | {"payer_name": str(day)}])
    put_files = loading.store.put_files

    def fail(connection: duckdb.DuckDBPyConnection, records: list) -> None:
        if len(records) > 1:
            raise duckdb.OutOfMemoryException("Out of memory")
        put_files(connection, records)

    monkeypatch.setattr(loading.store, "put_files", fail)
    summary = load()

    assert summary.csv.new_files == 5
    assert query("select count(*), count(distinct payer_name) from raw.payers") == [(5, 5)]


def large_and_small(landing: Path) -> None:
    """A file of four parts between small ones, all of it in raw as eleven rows."""
    write_csv(landing, "payers", "2026-01-01", [PAYER | {"payer_name": "first"}])
    large = [PAYER | {"payer_name": f"{number}{'x' * 500}"} for number in range(9)]
    write_csv(landing, "payers", "2026-01-02", large)
    write_csv(landing, "payers", "2026-01-03", [PAYER | {"payer_name": "last"}])


@pytest.fixture
def in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are read in parts of two or three rows of 500 characters."""
    monkeypatch.setattr(batches, "_BYTES_IN_A_PART", 1_000)
    monkeypatch.setattr(csv_reader, "_CHARACTERS_AT_ONCE", 1_000)


@pytest.mark.usefixtures("in_parts")
def test_a_large_file_is_loaded_in_parts(
    landing: Path, load: Load, query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    large_and_small(landing)
    put_rows, portions = loading.store.put_rows, []

    def count(connection: duckdb.DuckDBPyConnection, rows: Iterable, partitions: None) -> None:
        portions.append(list(rows))
        put_rows(connection, portions[-1], partitions)

    monkeypatch.setattr(loading.store, "put_rows", count)
    load()

    assert len(portions) > 4
    assert query("select count(*), count(distinct payer_name) from raw.payers") == [(11, 11)]
    assert query("select rows_read from raw.files order by file") == [(1,), (9,), (1,)]
    assert query("select count(*) from raw.contents") == [(3,)]


@pytest.mark.usefixtures("in_parts")
@pytest.mark.parametrize("end", [b"\x81", b'"' + b"x" * (1 << 24)], ids=["byte", "line"])
def test_a_large_file_that_breaks_at_its_end_is_undone_alone(
    landing: Path, load: Load, query: Query, end: bytes
) -> None:
    large_and_small(landing)
    with (landing / "practice/payers_20260102.csv").open("ab") as stream:
        stream.write(end)

    load()

    assert query("select payer_name from raw.payers order by 1") == [("first",), ("last",)]
    assert query("select status from raw.files order by file") == [
        ("loaded",),
        ("quarantined",),
        ("loaded",),
    ]


@pytest.mark.usefixtures("in_parts")
def test_a_large_file_that_changes_at_its_end_stops_the_load_without_a_trace(
    landing: Path, load: Load, query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    large_and_small(landing)
    put_rows = loading.store.put_rows

    def touched(connection: duckdb.DuckDBPyConnection, rows: Iterable, partitions: None) -> None:
        put_rows(connection, rows, partitions)
        os.utime(landing / "practice/payers_20260102.csv")

    with monkeypatch.context() as patch:
        patch.setattr(loading.store, "put_rows", touched)
        with pytest.raises(LoadError, match=r"payers_20260102\.csv changed while it was read"):
            load()

    assert query("select payer_name from raw.payers") == [("first",)]
    assert query("select file from raw.files") == [("practice/payers_20260101.csv",)]
    load()
    assert query("select count(*), count(distinct payer_name) from raw.payers") == [(11, 11)]


# What is told


def test_a_long_load_tells_about_one_line_a_second(
    landing: Path, load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in range(1, 11):
        write_csv(landing, "payers", f"2026-01-{day:02}", [PAYER | {"payer_name": str(day)}])
    clock = iter(range(0, 10_000))
    # A look at the clock for each file: every fifth is a second after the last that was told.
    monkeypatch.setattr(loading.time, "monotonic", lambda: next(clock) / 5)

    load()

    assert [line.split(":")[0] for line in load.report[:-1]] == ["file 5 of 10", "file 10 of 10"]
    assert load.report[-1].startswith(
        "loaded 10 of 10 CSV files (10 rows) and 0 of 0 X12 files (0 transaction sets); "
        "0 files in quarantine, the others known; "
    )

    # Known files are told too: hashing many gigabytes takes its time.
    load()
    assert load.report[0].startswith("file 5 of 10: practice/payers_20260105.csv: 1 rows (known)")


def test_the_landing_folder_is_left_as_it_is(landing: Path, load: Load) -> None:
    write_csv(landing, "payers", "2026-01-31", [PAYER])
    write_x12(landing, "a", "no X12")

    def seen() -> list[tuple]:
        return [
            (path, path.stat().st_mtime_ns, path.is_file() and path.read_bytes())
            for path in sorted(landing.rglob("*"))
        ]

    before = seen()
    load()

    assert seen() == before


def test_an_error_of_the_database_is_told_without_its_text(
    landing: Path, load: Load, query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_csv(landing, "payers", "2026-01-31", [PAYER])

    def fail(*_: object) -> None:
        raise duckdb.ConversionException("Could not convert string 'ZZCANARY'")

    with monkeypatch.context() as patch:
        patch.setattr(loading.store, "put_contents", fail)
        with pytest.raises(LoadError) as caught:
            load()

    assert str(caught.value) == (
        "practice/payers_20260131.csv cannot be stored: DuckDB ConversionException."
    )
    assert query("select count(*) from raw.payers") == [(0,)]
