"""An extract that is spread over several files: the files as tables of text, joined by SQL.

Belongs here: the tables in memory, running the SQL, and seeing that each line of the table it is
made of comes out once, or is left out with a reason. Does not belong here: what the SQL says.

The SQL reads `delivered`, the lines of one file with their row_number, and every table of the
mapping by its name, with the files of the same day. Everything is text; the SQL reaches no file.
"""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from orchestration.ingest.contract import Extract
from orchestration.ingest.csv_reader import Batch, CsvReader, RejectedRow
from orchestration.ingest.errors import LoadError, UnreadableFileError
from orchestration.ingest.mapping.spec import FileSpec, Table

_ROWS_AT_ONCE = 50_000


def connect() -> duckdb.DuckDBPyConnection:
    """A database in memory that reaches no file; what it holds is PHI and goes with it."""
    connection = duckdb.connect(config={"temp_directory": "", "python_enable_replacements": False})
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
    return connection


def output_columns(sql: str, file: str, table: Table, tables: Iterable[Table]) -> list[str]:
    """The columns that SQL gives, found out on empty tables.

    Raises:
        LoadError: it is no query, or asks for a table or column that the mapping does not name.
    """
    with connect() as connection:
        for one in tables:
            _create(connection, one.name, one)
        _create(connection, "delivered", table)
        try:
            found = connection.execute(f"from (\n{sql}\n) limit 0")
        except duckdb.Error as error:
            # The tables are empty: nothing of a file can be in what DuckDB says.
            told = str(error).split("\n")[0].removesuffix(".")
            raise LoadError(
                f"{file} cannot be run on the columns of the mapping: {told}."
            ) from None
        return [column[0] for column in found.description]


def _create(connection: duckdb.DuckDBPyConnection, name: str, table: Table) -> None:
    columns = "".join(f'"{column}" varchar, ' for column in table.columns)
    connection.execute(f'create or replace table "{name}" ({columns}row_number bigint)')


class DayOfTables:
    """The delivered files of one day as tables."""

    def __init__(self, empty: frozenset[str]) -> None:
        self.connection = connect()
        self._empty = empty
        self.rejected: dict[Path, list[RejectedRow]] = {}

    def add(self, table: Table, path: Path, stream: io.TextIOBase) -> None:
        """Add the lines of a file to its table.

        Raises:
            UnreadableFileError: it has no header, or one without a column of the mapping.
        """
        self._fill(table.name, table, path, stream)

    def deliver(self, table: Table, path: Path, stream: io.TextIOBase) -> list[RejectedRow]:
        """Make a file the one that rows are made of; returns its lines that are no CSV."""
        self._fill("delivered", table, path, stream, is_new=True)
        return self.rejected[path]

    def _fill(
        self, name: str, table: Table, path: Path, stream: io.TextIOBase, is_new: bool = False
    ) -> None:
        reader = CsvReader(stream, Extract(table.name, table.columns, table.columns))
        places = reader.contract_columns
        exists = self.connection.execute(
            "select count(*) from duckdb_tables() where table_name = ?", [name]
        ).fetchone()[0]
        if is_new or not exists:
            _create(self.connection, name, table)
        self.rejected[path] = []
        for batch in reader.batches():
            self.rejected[path] += batch.rejected
            if batch.rows:
                columns = {
                    column: pa.array(
                        [self._cell(row[places[column]]) for row in batch.rows], pa.string()
                    )
                    for column in table.columns
                }
                columns["row_number"] = pa.array(batch.row_numbers, pa.int64())
                self.connection.register("incoming", pa.table(columns))
                self.connection.execute(f'insert into "{name}" by name select * from incoming')
                self.connection.unregister("incoming")

    def _cell(self, text: str) -> str | None:
        text = text.strip()
        return None if not text or text in self._empty else text


class JoinedReader:
    """Reads one delivered file as rows of an extract, as a CsvReader does."""

    has_extra_columns = True

    def __init__(
        self, day: DayOfTables, spec: FileSpec, table: Table, rejected: Sequence[RejectedRow]
    ) -> None:
        self._connection = day.connection
        self._table = table
        self._spec = spec
        self._rejected = list(rejected)
        self._names: list[str] = []
        self.left_out: Counter[str] = Counter()
        self._join()

    def _join(self) -> None:
        run = self._connection.execute
        try:
            run(f"create or replace temp table joined as from (\n{self._spec.sql}\n)")
        except duckdb.OutOfMemoryException:
            raise
        except duckdb.Error as error:
            raise UnreadableFileError(
                f"{Path(self._spec.sql_file).name} of the mapping ended with "
                f"{type(error).__name__}, which a value may be the reason of."
            ) from None
        names = [name for (name,) in run("select column_name from (describe joined)").fetchall()]
        self._names = [name for name in names if name not in ("row_number", "left_out")]
        if "left_out" not in names:
            run("alter table joined add column left_out varchar")
        twice, strange = run(
            "select count(*) filter (copies > 1), count(*) filter (not is_delivered) from (select "
            "j.row_number, count(*) as copies, bool_and(d.row_number is not null) as is_delivered "
            "from joined as j left join (select distinct row_number from delivered) as d "
            "on j.row_number = d.row_number group by j.row_number)"
        ).fetchone()
        if twice or strange:
            what = "more than once" if twice else "that the file does not have"
            raise UnreadableFileError(
                f"{Path(self._spec.sql_file).name} of the mapping gives {twice or strange} lines "
                f"{what}: each line becomes one row."
            )
        reasons = run(
            "select left_out, count(*) from joined where left_out is not null group by left_out"
        ).fetchall()
        self.left_out.update(dict(reasons))

    @property
    def contract_columns(self) -> dict[str, int]:
        """Columns of the contract with their positions in a row."""
        return {name: place for place, name in enumerate(self._names)}

    def extra_columns(self, row: Sequence[str]) -> str:
        """The line as it was delivered (the columns that the mapping names), as JSON."""
        return row[-1]

    def batches(self) -> Iterator[Batch]:
        """Yield the rows; a line that the SQL gives no row and no reason for is rejected."""
        columns = "".join(f'cast(j."{name}" as varchar), ' for name in self._names)
        lines = ", ".join(f'd."{name}"' for name in self._table.columns)
        self._connection.execute(
            f"select {columns}d.row_number, j.row_number is null, {lines} from delivered as d "
            "left join joined as j on d.row_number = j.row_number "
            "where j.left_out is null order by d.row_number"
        )
        width = len(self._names)
        batch = Batch(rejected=self._rejected)
        while found := self._connection.fetchmany(_ROWS_AT_ONCE):
            for one in found:
                number, is_lost, line = one[width], one[width + 1], one[width + 2 :]
                if is_lost:
                    reason = "The mapping's SQL gives no row for it, and no reason."
                    batch.rejected.append(RejectedRow(number, _text(line), reason))
                    continue
                delivered = dict(zip(self._table.columns, line, strict=True))
                text = json.dumps(delivered, ensure_ascii=False)
                batch.rows.append([*one[:width], text])
                batch.row_numbers.append(number)
            yield batch
            batch = Batch()
        yield batch


def _text(line: Sequence[str | None]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(line)
    return text.getvalue()
