"""Small landing folders, for tests, and a look into the warehouse they are loaded into.

    from landing_builder import make_settings, query_warehouse, raw_rows, write_csv, write_x12

    write_csv(landing, "visits", "2026-01-31", [{"visit_id": "V1", "patient_id": "P1", ...}])
    write_x12(landing, "claims_1.x12", interchange(group(claims)))

Each returns the path written; folders are made. The header of a CSV is the keys of its rows, in the
order in which they first appear, unless `columns` says otherwise; a row may leave keys out.
"""

import csv
import gzip
import io
from collections.abc import Mapping, Sequence
from datetime import date as Day
from pathlib import Path

import duckdb

from orchestration.settings import Settings


def write_csv(
    landing: Path,
    extract: str,
    date: str | Day,
    rows: Sequence[Mapping[str, object]],
    suffix: str = "",
    columns: Sequence[str] | None = None,
    folder: str = "practice",
    is_gzip: bool = False,
) -> Path:
    """Write practice/<extract>_<YYYYMMDD><suffix>.csv (suffix: "_a" …), UTF-8, "\\n" at line ends.

    None is empty, True and False are true and false, days and timestamps take their ISO form with
    a blank; anything else is written as str() gives it.
    """
    header = columns or list(dict.fromkeys(key for row in rows for key in row))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_text(row.get(column)) for column in header] for row in rows)
    name = f"{extract}_{str(date).replace('-', '')}{suffix}.csv" + (".gz" if is_gzip else "")
    return write_file(landing / folder / name, text.getvalue().encode(), is_gzip)


def write_x12(landing: Path, name: str, text: str, is_gzip: bool = False) -> Path:
    """Write x12/<name>; the name says nothing to the loader."""
    return write_file(landing / "x12" / name, text.encode(), is_gzip)


def write_file(path: Path, content: bytes, is_gzip: bool = False) -> Path:
    """Write bytes, compressed or not, and make the folders above."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(content, mtime=0) if is_gzip else content)
    return path


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def make_settings(landing: Path, home: Path) -> Settings:
    """Settings of a run as of 2026-06-30 that needs no environment."""
    return Settings(
        landing=landing,
        home=home,
        as_of=Day(2026, 6, 30),
        pseudonym_key_file=home / "pseudonym.key",
        memory_limit=None,
        threads=1,
        time_zone="America/New_York",
        reference=home / "reference",
    )


def raw_rows(settings: Settings) -> dict[str, list[str]]:
    """All rows of schema raw as text by table, sorted: their order in a table says nothing."""
    tables = query_warehouse(
        settings, "select table_name from duckdb_tables() where schema_name = 'raw'"
    )
    return {
        table: sorted(map(repr, query_warehouse(settings, f'from raw."{table}"')))
        for (table,) in tables
        if table != "run_settings"
    }


def query_warehouse(settings: Settings, sql: str, *parameters: object) -> list[tuple]:
    """The rows of a query on the warehouse of these settings."""
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        return connection.execute(sql, list(parameters)).fetchall()
