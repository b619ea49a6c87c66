"""`python -m orchestration.sql [QUERY]`: the published file for an analyst, read-only.

With a query, its result; without, DuckDB's own shell where `duckdb` is on the path or beside this
Python, else a prompt of this module. `--ui` opens DuckDB's UI in a browser, by that shell. The
private warehouse is never opened.
"""

import contextlib
import os
import shutil
import sys
from pathlib import Path

import duckdb

from orchestration.settings import Settings, SettingsError
from orchestration.terminal import end_with_the_reader

UI = "--ui"
_HELP = r"SQL ends with a semicolon. \d lists tables, \d core.fct_claim its columns, ^D ends."
_TABLES = """
    select schema_name || '.' || table_name as name, comment
    from duckdb_tables() order by name
"""
_COLUMNS = """
    select column_name as name, lower(data_type) as type, comment
    from duckdb_columns()
    where schema_name || '.' || table_name = lower($table) order by column_index
"""


def main(arguments: list[str]) -> int:
    """Show the result of the query in `arguments`, or talk; return the exit code."""
    try:
        settings = Settings.from_environment()
    except SettingsError as problem:
        print(problem, file=sys.stderr)
        return 2
    file = str(settings.published)
    if not settings.published.exists():
        print(settings.nothing_published, file=sys.stderr)
        return 1
    query = " ".join(arguments).strip()
    shell = shutil.which("duckdb") or shutil.which("duckdb", path=Path(sys.executable).parent)
    if query == UI and not shell:
        print("DuckDB's UI needs its shell: pip install duckdb-cli.", file=sys.stderr)
        return 2
    if shell and query in ("", UI):
        os.execv(shell, [shell, "-readonly", *(["-ui"] if query == UI else []), file])
    try:
        with duckdb.connect(file, read_only=True) as reader:
            if query:
                _show(reader, query)
            else:
                _talk(reader)
    except duckdb.Error as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


def _talk(reader: duckdb.DuckDBPyConnection) -> None:
    """Answer statements from standard input until its end; a faulty one is told and forgotten."""
    with contextlib.suppress(ImportError):  # not every Python has it; it gives input() a history
        import readline  # noqa: F401
    print(_HELP)
    statement = ""
    while True:
        try:
            statement += input("... " if statement else "sql> ") + "\n"
            told = statement.strip()
            if told.startswith("\\") or told.endswith(";") or not told:
                statement = ""
                _answer(reader, told)
        except EOFError:
            print()
            return
        except KeyboardInterrupt:
            statement = ""
            print()
        except duckdb.Error as problem:
            print(problem)


def _answer(reader: duckdb.DuckDBPyConnection, told: str) -> None:
    match told.rstrip(";").split():
        case []:
            return
        case [r"\d"]:
            _show(reader, _TABLES)
        case [r"\d", table]:
            _show(reader, _COLUMNS, {"table": table})
        case [first, *_] if first.startswith("\\"):
            print(_HELP)
        case _:
            _show(reader, told)


def _show(
    reader: duckdb.DuckDBPyConnection, query: str, parameters: dict[str, str] | None = None
) -> None:
    result = reader.sql(query, params=parameters)
    if result is not None:
        show(result)


def show(result: duckdb.DuckDBPyRelation) -> None:
    """Print a result as a box: as wide as the terminal, else whole columns."""
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 10_000
    result.show(max_width=width, max_rows=1_000, max_col_width=10_000)


if __name__ == "__main__":
    end_with_the_reader()
    raise SystemExit(main(sys.argv[1:]))
