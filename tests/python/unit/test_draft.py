"""The rows of a published file: what differs is replaced in a copy of the last."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from published_files import read_by_release

from orchestration import draft as module
from orchestration.draft import MOST_REPLACEMENTS, Origin, Table, discard, write

COLUMNS = {"claim_key": "Pseudonym.", "paid_amount": "US dollars.", "codes": "Of a line."}
TABLES = [
    Table("core", "fct_claim", "One row per claim.", COLUMNS),
    Table("metrics", "scorecard", "One row per metric.", COLUMNS),
]
Row = tuple[str | None, Decimal | None, list[str] | None]


@pytest.fixture
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    with opened() as connection:
        yield connection


def opened() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("attach ':memory:' as warehouse")
    for table in TABLES:
        connection.execute(
            f"create schema warehouse.{table.schema}; create table warehouse.{table.named} "
            "(claim_id varchar, claim_key varchar, paid_amount decimal(18, 2), codes varchar[])"
        )
    return connection


def hold(connection: duckdb.DuckDBPyConnection, table: Table, rows: list[Row]) -> None:
    connection.execute(f"delete from warehouse.{table.named}")
    for row in rows:
        connection.execute(f"insert into warehouse.{table.named} values ('private', ?, ?, ?)", row)


def rows_of(file: Path, table: Table) -> list[tuple]:
    with duckdb.connect(str(file), read_only=True) as reader:
        return reader.sql(f"from {table.named} order by all").fetchall()


def claims(count: int, paid: str = "12.34") -> list[Row]:
    return [(f"key {number:03}", Decimal(paid), ["97110", "GP"]) for number in range(count)]


class Publisher:
    """Writes draft after draft, each from the last."""

    def __init__(self, folder: Path, connection: duckdb.DuckDBPyConnection) -> None:
        self.folder, self.connection = folder, connection
        self.last: tuple[Path, Origin] | None = None
        self.count = 0

    def publish(self) -> Origin:
        self.count += 1
        draft = self.folder / f"{self.count}.duckdb"
        origin = write(self.connection, TABLES, draft, self.last)
        for table in TABLES:
            expected = self.connection.sql(
                f"select {table.listed} from warehouse.{table.named} order by all"
            )
            assert rows_of(draft, table) == expected.fetchall()
        if self.last is not None:
            discard(self.last[0])
        self.last = (draft, origin)
        return origin

    @property
    def file(self) -> Path:
        assert self.last is not None
        return self.last[0]


@pytest.fixture
def publisher(tmp_path: Path, warehouse: duckdb.DuckDBPyConnection) -> Publisher:
    for table in TABLES:
        hold(warehouse, table, claims(200))
    made = Publisher(tmp_path, warehouse)
    assert made.publish().replacements == 0
    return made


CHANGES = {
    "a row more": "insert into {} values ('private', 'new', 1, ['97140'])",
    "a row less": "delete from {} where claim_key = 'key 007'",
    "no row": "delete from {}",
    "another amount": "update {} set paid_amount = 9 where claim_key = 'key 007'",
    "no amount": "update {} set paid_amount = null where claim_key = 'key 007'",
    "other codes": "update {} set codes = ['GP', '97110'] where claim_key = 'key 007'",
    "a row twice": "insert into {0} select * from {0} where claim_key = 'key 007'",
    "all rows": "update {} set paid_amount = 9",
    "nothing published": "update {} set claim_id = 'other'",
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_change_reaches_the_copy(publisher: Publisher, table: Table, change: str) -> None:
    publisher.connection.execute(change.format(f"warehouse.{table.named}"))
    assert publisher.publish().replacements == 1


def test_rows_twice_that_change_their_number_are_seen(publisher: Publisher) -> None:
    (first, second, *_) = rows = claims(200)
    table = TABLES[0]
    hold(publisher.connection, table, [first, *rows])
    publisher.publish()
    # As many rows, and the same ones.
    hold(publisher.connection, table, [second, *rows])
    assert publisher.publish().replacements == 2


def test_a_copy_keeps_the_comments_and_no_view(publisher: Publisher) -> None:
    hold(publisher.connection, TABLES[0], claims(210))
    hold(publisher.connection, TABLES[1], claims(20))
    publisher.publish()
    with duckdb.connect(str(publisher.file), read_only=True) as reader:
        told = reader.sql(
            "select table_name, column_name, comment from duckdb_columns() "
            "where not internal order by all"
        ).fetchall()
        assert told == sorted((t.name, c, text) for t in TABLES for c, text in t.columns.items())
        comments = reader.sql("select comment from duckdb_tables() order by all").fetchall()
        assert comments == [("One row per claim.",), ("One row per metric.",)]


def test_of_a_large_table_only_what_differs_is_written(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = []
    monkeypatch.setattr(module, "_write_table", lambda _, table: written.append(table.name))
    hold(publisher.connection, TABLES[0], claims(210))
    assert publisher.publish().replacements == 1
    assert written == []


def test_a_file_is_written_whole_as_often_as_nights_are_thrown_away(publisher: Publisher) -> None:
    replacements = []
    for night in range(MOST_REPLACEMENTS + 2):
        hold(publisher.connection, TABLES[0], claims(201 + night))
        replacements.append(publisher.publish().replacements)
    assert replacements == [*range(1, MOST_REPLACEMENTS + 1), 0, 1]


def test_a_file_that_grew_is_written_whole(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_ROOM", 0)
    hold(publisher.connection, TABLES[0], claims(201))
    assert publisher.publish().replacements == 0


def test_a_damaged_file_is_written_whole(publisher: Publisher) -> None:
    publisher.file.write_bytes(publisher.file.read_bytes()[:4096])
    assert publisher.publish().replacements == 0


def test_a_column_that_the_warehouse_lacks_is_told(publisher: Publisher, tmp_path: Path) -> None:
    publisher.connection.execute("alter table warehouse.core.fct_claim drop column codes")
    with pytest.raises(duckdb.BinderException, match="codes"):
        write(publisher.connection, TABLES, tmp_path / "draft.duckdb", publisher.last)


@pytest.mark.parametrize("release", ["oldest", "newest"])
def test_other_releases_of_duckdb_read_a_file_with_replaced_rows(
    publisher: Publisher, release: str
) -> None:
    changed = [*claims(190), *claims(200, "56.78")[190:], ("new", None, None)]
    hold(publisher.connection, TABLES[0], changed)
    assert publisher.publish().replacements == 1
    query = "select count(*), sum(paid_amount) from core.fct_claim"
    _, *found = read_by_release(release, publisher.file, query)
    # 190 of 12.34 and 10 of 56.78.
    assert found == ["201", "2912.40"]


ROWS = st.lists(
    st.tuples(
        st.none() | st.sampled_from(["a", "b", "c", "d"]),
        st.none() | st.decimals(-9, 9, places=2),
        st.none() | st.lists(st.sampled_from(["97110", "GP"]), max_size=2),
    ),
    max_size=12,
)


@settings(max_examples=25, deadline=None)
@given(nights=st.lists(st.tuples(ROWS, ROWS), min_size=2, max_size=5))
def test_whatever_changes_the_file_holds_what_the_warehouse_does(
    tmp_path_factory: pytest.TempPathFactory, nights: list[tuple[list[Row], list[Row]]]
) -> None:
    with opened() as connection:
        publisher = Publisher(tmp_path_factory.mktemp("nights"), connection)
        for night in nights:
            for table, rows in zip(TABLES, night, strict=True):
                hold(connection, table, rows)
            publisher.publish()
