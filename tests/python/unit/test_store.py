"""The raw schema: opening it for one writer, its tables, and what an insert makes of rows."""

import io
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from landing_builder import query_warehouse, write_file

from orchestration.ingest import LoadError, arrow_rows, prepare, store
from orchestration.ingest.arrow_rows import csv_rows
from orchestration.ingest.contract import Extract
from orchestration.ingest.csv_reader import CsvReader
from orchestration.ingest.x12 import rows_of
from orchestration.ingest.x12_rows import Envelopes
from orchestration.settings import Settings, SettingsError

THINGS = Extract("things", columns=("id", "name", "note"), required=("id",))
RECORD = store.FileRecord(
    "x12/a", "aa", "x12", None, None, "loaded", None, rows_read=2, byte_count=300
)


def opened(settings: Settings) -> None:
    with store.open_warehouse(settings):
        pass


# Opening


def test_a_warehouse_in_use_is_said_to_be_and_by_whom(settings: Settings) -> None:
    opened(settings)
    hold = (
        "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print(flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", hold, settings.warehouse],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        holder.stdout.readline()
        with pytest.raises(LoadError, match=f"in use by process {holder.pid}, .* one writer"):
            opened(settings)
    finally:
        holder.communicate()


def test_a_warehouse_is_packed_as_its_only_reader_can(settings: Settings) -> None:
    """Unlike the published file it is of no use to older clients."""
    with store.open_warehouse(settings) as connection:
        (tags,) = connection.execute(
            "select tags from duckdb_databases() where database_name = current_database()"
        ).fetchone()
        connection.execute("create table texts as select 'p' || range as id from range(200000)")
        connection.execute("checkpoint")
        packed = connection.execute(
            "select distinct compression from pragma_storage_info('texts') "
            "where segment_type = 'VARCHAR'"
        ).fetchall()

    assert tags["storage_version"] != "v1.0.0+"
    assert packed == [("DICT_FSST",)]


def test_a_warehouse_that_is_no_database_is_named(settings: Settings) -> None:
    write_file(settings.warehouse, b"ZZCANARY" * 1000)

    with pytest.raises(LoadError, match=r"warehouse.duckdb cannot be opened") as caught:
        opened(settings)

    assert "ZZCANARY" not in str(caught.value)
    assert "in use" not in str(caught.value)


def test_a_home_that_cannot_be_made_is_named(settings: Settings, tmp_path: Path) -> None:
    write_file(tmp_path / "file", b"")

    with pytest.raises(LoadError, match="file/home cannot be written to: Not a directory"):
        opened(replace(settings, home=tmp_path / "file" / "home"))


# Tables


def test_a_run_replaces_the_settings_of_the_last(settings: Settings) -> None:
    prepare(settings)
    prepare(replace(settings, as_of=date(2026, 7, 1)))

    assert query_warehouse(settings, "from raw.run_settings") == [
        (date(2026, 7, 1), settings.pseudonym_key())
    ]


def test_another_key_than_the_warehouse_was_made_with_is_refused(settings: Settings) -> None:
    prepare(settings)
    before = query_warehouse(settings, "from raw.run_settings")
    settings.pseudonym_key_file.write_text("ab" * 32)

    with pytest.raises(SettingsError, match=r"another key than the one that .*warehouse\.duckdb"):
        prepare(settings)

    assert query_warehouse(settings, "from raw.run_settings") == before


def test_a_key_is_made_before_the_warehouse_beside_which_none_is_made(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(settings: Settings) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(store, "open_warehouse", killed)
    with pytest.raises(KeyboardInterrupt):
        prepare(settings)
    monkeypatch.undo()
    prepare(settings)


def test_a_column_that_the_contract_gains_is_added_and_rows_stay(settings: Settings) -> None:
    with store.open_warehouse(settings) as connection:
        store.create_tables(connection, {"things": Extract("things", ("id",), ("id",))})
        connection.execute("insert into raw.things by name select '1' as id")
        store.create_tables(connection, {"things": THINGS})
        store.create_tables(connection, {"things": THINGS})

        assert connection.execute("select id, name, note from raw.things").fetchall() == [
            ("1", None, None)
        ]


def test_a_path_has_one_row_and_the_last_word_counts(settings: Settings) -> None:
    other = replace(RECORD, sha256="bb", status="quarantined", reason="Why.")
    with store.open_warehouse(settings) as connection:
        store.create_tables(connection, {})
        store.put_files(connection, [RECORD])
        store.put_files(connection, [other, replace(RECORD, file="x12/b")])

        assert store.known_files(connection) == {
            "x12/a": other,
            "x12/b": replace(RECORD, file="x12/b"),
        }


def test_contents_are_known_by_kind_extract_and_hash(settings: Settings) -> None:
    with store.open_warehouse(settings) as connection:
        store.create_tables(connection, {})
        other = replace(RECORD, kind="csv", extract="things", rows_read=5)
        store.put_contents(connection, [RECORD, other])

        assert store.known_contents(connection) == {
            ("x12", None, "aa"): store.Content(2, None),
            ("csv", "things", "aa"): store.Content(5, None),
        }


# Rows


def test_rows_keep_every_character_and_a_missing_column_is_null(settings: Settings) -> None:
    text = 'name,Color,id\n a\0é ,red,1\n"",,"x\r\n"\nbroken\n'
    reader = CsvReader(io.StringIO(text, newline=""), THINGS)
    with store.open_warehouse(settings) as connection:
        store.create_tables(connection, {"things": THINGS})
        for batch in reader.batches():
            store.put_rows(connection, csv_rows("things", "aa", reader, batch))

        assert connection.execute("from raw.things").fetchall() == [
            ("1", " a\0é ", None, '{"Color": "red"}', "aa", 2),
            ("x\r\n", "", None, '{"Color": ""}', "aa", 3),
        ]
        assert connection.execute("from raw.quarantined_rows").fetchall() == [
            ("things", "aa", 5, "broken", "The row has 1 fields and the header 3.")
        ]


def test_without_extra_columns_there_is_no_json(settings: Settings) -> None:
    reader = CsvReader(io.StringIO("id\n1\n", newline=""), THINGS)
    with store.open_warehouse(settings) as connection:
        store.create_tables(connection, {"things": THINGS})
        for batch in reader.batches():
            store.put_rows(connection, csv_rows("things", "aa", reader, batch))

        assert connection.execute("select id, extra_columns from raw.things").fetchall() == [
            ("1", None)
        ]


def test_a_warehouse_with_bodies_under_their_files_delimiters_is_refused(
    settings: Settings,
) -> None:
    with store.open_warehouse(settings) as connection:
        store.create_tables(connection, {})
        store.create_tables(connection, {})
        connection.execute("alter table raw.x12_transactions add column segment_terminator varchar")

        with pytest.raises(LoadError, match="make rebuild"):
            store.create_tables(connection, {})


def test_bodies_are_inserted_in_portions_that_lose_none(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrow_rows, "_BODY_CHARACTERS_AT_ONCE", 1100)  # three of these sets
    sets = "".join(f"ST*835*{number}~SE*2*{number}~" for number in range(1, 6))
    envelopes = Envelopes()
    text = (
        f"ISA*00**00**ZZ*S*ZZ*R*260105*0800*^*00501*1*0*P*:~GS*HP*S*R*20260105*0800*1*X*5~{sets}"
        "GE*5*1~IEA*1*1~"
    )
    with store.open_warehouse(settings) as connection:
        store.create_tables(connection, {})
        portions = list(arrow_rows.x12_rows("aa", rows_of(io.StringIO(text), envelopes)))
        store.put_rows(connection, portions)

        assert [one.rows.num_rows for one in portions] == [3, 1, 2]
        assert connection.execute(
            "select set_number, body, file_sha256 from raw.x12_transactions order by set_number"
        ).fetchall() == [
            (n, f"\x1cST\x1d835\x1d{n}\x1d\x1cSE\x1d2\x1d{n}\x1d", "aa") for n in range(1, 6)
        ]
        assert connection.execute("select isa13, ta1 from raw.x12_interchanges").fetchall() == [
            ("1", [])
        ]
