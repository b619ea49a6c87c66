"""The Parquet copies of a published file: names, types, values and comments, as readers see."""

import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.parquet import write_parquet

DAY, MOMENT = date(2026, 6, 30), datetime.fromisoformat("2026-06-30 08:15:01")
ROWS = [
    ("a'b", Decimal("1234567890123456.78"), Decimal("0.0000000001"), DAY, MOMENT, True, 7, 9, 0.1),
    ("é", Decimal("-0.01"), Decimal(0), DAY, MOMENT, False, -7, 2**62, -0.5),
    (None,) * 9,
]
COMMENT = 'One row per thing; it\'s "odd".'


@pytest.fixture
def published(tmp_path: Path) -> Path:
    file = tmp_path / "it's published.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute("create schema core; create schema quality")
        connection.execute(
            'create table core.fct_thing ("odd ""name" varchar, amount decimal(18, 2), '
            "per_day decimal(28, 10), day date, moment timestamp, is_so boolean, "
            "units integer, things bigint, rate double)"
        )
        connection.executemany(f"insert into core.fct_thing values ({'?, ' * 8}?)", ROWS)
        text = COMMENT.replace("'", "''")
        connection.execute(f"comment on table core.fct_thing is '{text}'")
        connection.execute("comment on column core.fct_thing.amount is 'Paid, US dollars.'")
        connection.execute("create table quality.empty (file varchar, rows_read bigint)")
    return file


@pytest.fixture
def folder(published: Path, tmp_path: Path) -> Path:
    write_parquet(published, tmp_path / "new" / "parquet")
    return tmp_path / "new" / "parquet"


def test_a_table_is_a_file_in_the_folder_of_its_schema(folder: Path) -> None:
    files = [str(path.relative_to(folder)) for path in sorted(folder.rglob("*.*"))]
    assert files == ["core/fct_thing.parquet", "quality/empty.parquet"]


def test_types_stay(folder: Path) -> None:
    schema = pq.read_schema(folder / "core" / "fct_thing.parquet")
    assert schema.names[0] == 'odd "name'
    assert schema.types == [
        pa.string(), pa.decimal128(18, 2), pa.decimal128(28, 10), pa.date32(),
        pa.timestamp("us"), pa.bool_(), pa.int32(), pa.int64(), pa.float64(),
    ]  # fmt: skip


def test_a_table_without_rows_has_its_columns(folder: Path) -> None:
    table = pq.read_table(folder / "quality" / "empty.parquet")
    assert (table.num_rows, table.schema.names) == (0, ["file", "rows_read"])


def test_rows_and_their_order_stay_in_every_reader(folder: Path) -> None:
    file = folder / "core" / "fct_thing.parquet"
    assert [tuple(row.values()) for row in pq.read_table(file).to_pylist()] == ROWS
    assert pl.read_parquet(file).rows() == ROWS
    frame = pd.read_parquet(file, dtype_backend="pyarrow")
    assert [tuple(row) for row in frame.astype(object).where(frame.notna(), None).values] == ROWS
    with duckdb.connect() as connection:
        assert connection.read_parquet(str(file)).fetchall() == ROWS


def test_comments_are_in_the_metadata(folder: Path) -> None:
    found = pq.read_schema(folder / "core" / "fct_thing.parquet").metadata
    assert found[b"comment"].decode() == COMMENT
    columns = json.loads(found[b"column_comments"])
    assert len(columns) == 9
    assert {name: text for name, text in columns.items() if text} == {"amount": "Paid, US dollars."}


def test_files_are_packed_and_the_same_each_time(folder: Path, published: Path) -> None:
    file = folder / "core" / "fct_thing.parquet"
    assert pq.ParquetFile(file).metadata.row_group(0).column(0).compression == "ZSTD"
    again = folder.parent / "again"
    write_parquet(published, again)
    assert (again / "core" / "fct_thing.parquet").read_bytes() == file.read_bytes()
