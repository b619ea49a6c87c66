"""Publication: the marts as one file that people open, written beside the last one and renamed.

Belongs here: which columns leave the private warehouse, the checks of the file, and its atomic
replacement. Does not belong here: whether the numbers are right, which the checks before it say.

What is published is listed, not filtered: a table or column that the project's YAML does not
describe, or that it marks private, stays in the warehouse.
"""

import contextlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb

from orchestration.companions import (
    Writer,
    show_companions,
    take_over_companions,
    write_companions,
)
from orchestration.draft import Origin, Table, discard, write
from orchestration.files import flush, let_in, make_folder
from orchestration.quoting import quoted_name
from orchestration.settings import Settings, key_fingerprint
from orchestration.standing import remember, standing_origin, standing_rows
from orchestration.tables import attach
from orchestration.warehouse import disk_problem, encrypted_options

SCHEMAS = ("core", "metrics", "worklists", "quality")
KEPT_NIGHTS = 7


class PublishError(Exception):
    """Nothing was published. The message is one sentence; it holds names and counts only."""


def published_tables(manifest: Mapping[str, Any]) -> list[Table]:
    """Return the tables to publish, as the YAML of the models describes them.

    Raises:
        PublishError: a table or column without a description.
    """
    nodes = [*manifest["nodes"].values(), *manifest["sources"].values()]
    tables = [
        Table(
            node["schema"],
            node["name"],
            _described(node["description"], f"{node['schema']}.{node['name']}"),
            {
                name: _described(column["description"], f"{node['name']}.{name}")
                for name, column in node["columns"].items()
                if not column["config"].get("meta", {}).get("private", False)
            },
        )
        for node in nodes
        if node["resource_type"] in ("model", "source") and node["schema"] in SCHEMAS
    ]
    return sorted(tables, key=lambda table: (table.schema, table.name))


def _described(text: str, of: str) -> str:
    if not text.strip():
        raise PublishError(f"{of} has no description and cannot be published.")
    return " ".join(text.split())


def publish(
    settings: Settings, manifest: Mapping[str, Any], companions: Mapping[str, Writer] | None = None
) -> dict[str, int]:
    """Replace the published file by what the warehouse holds now; return the rows per table.

    Where it holds that already, it stays, and only its date is renewed. Else the new file is
    complete, checked and on disk before it takes the name of the old one, and so are the
    companions, which are shown after it. Stopped at any instant, the old file stands; a draft that
    is left over is removed by the next run.

    Args:
        settings: where the warehouse and the published file are.
        manifest: dbt's, which describes what is published.
        companions: name beside the file -> what writes that folder from the file.

    Raises:
        PublishError: the warehouse lacks a table or column, or the new file cannot be written.
    """
    tables = published_tables(manifest)
    companions = companions or {}
    target = settings.published
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        make_folder(target.parent)
        _sweep(target)
        counts = _standing(settings, tables, companions, draft)
        if counts is not None:
            _keep_night(target, settings)
            target.touch()
            remember(settings)
            return counts
        counts, key, origin = _write(settings, tables, draft)
        _check(draft, tables, counts)
        flush(draft)
        with _sentences(draft):
            write_companions(target.parent, draft, companions)
        _tell_key(settings, key)
        let_in(draft, target.parent)
        # Before it is published: what was published is then always among the nights.
        _keep_night(draft, settings)
        draft.replace(target)
        show_companions(target.parent, companions)
        flush(target.parent)
        remember(settings, origin)
    except OSError as error:
        discard(draft)
        problem = error.strerror or type(error).__name__
        raise PublishError(f"{target} cannot be written: {problem}.") from None
    return counts


def take_over(settings: Settings, made: Settings) -> None:
    """Make what was published in another home of the same file system, by the same key, current.

    Raises:
        OSError: it cannot be moved.
    """
    make_folder(settings.published_dir)
    _sweep(settings.published)
    for file in (made.key_fingerprint_file, made.published):
        let_in(file, settings.published_dir)
    made.key_fingerprint_file.replace(settings.key_fingerprint_file)
    _keep_night(made.published, settings)
    made.published.replace(settings.published)
    take_over_companions(settings.published_dir, made.published_dir)
    flush(settings.published_dir)


def _sweep(target: Path) -> None:
    """Remove what publications that were killed left behind, a night's second name included."""
    for leftover in (
        *target.parent.glob(f".{target.name}.*"),
        *_nights(target).glob(f".{target.stem}_*"),
    ):
        leftover.unlink()


def _nights(target: Path) -> Path:
    return target.parent / "nights"


@contextlib.contextmanager
def _opened_warehouse(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    # What does not fit in memory is PHI on disk: beside the warehouse, not in the working folder.
    options = {"threads": settings.threads, "temp_directory": str(settings.spill_dir)}
    if settings.memory_limit is not None:
        options["memory_limit"] = settings.memory_limit
    if settings.encryption_key() is not None:
        options |= encrypted_options(settings)
    with duckdb.connect(config=options) as connection:
        attach(settings, connection)
        yield connection


def _standing(
    settings: Settings, tables: list[Table], companions: Mapping[str, Writer], draft: Path
) -> dict[str, int] | None:
    """Return the rows per table when all that is published stands, else None."""
    if not all((settings.published_dir / name).exists() for name in companions):
        return None
    columns = {f"{table.schema}.{table.name}": list(table.columns) for table in tables}
    with _sentences(draft), _opened_warehouse(settings) as connection:
        return standing_rows(settings, connection, columns)


def _write(
    settings: Settings, tables: list[Table], draft: Path
) -> tuple[dict[str, int], str, Origin]:
    """Write the draft; return the rows per table, the key of its pseudonyms, and its origin."""
    with _sentences(draft), _opened_warehouse(settings) as connection:
        (key,) = connection.sql("select pseudonym_key from warehouse.raw.run_settings").fetchone()
        origin = standing_origin(settings, key)
        last = (settings.published, origin) if origin is not None else None
        origin = write(connection, tables, draft, last)
        counts = {
            f"{table.schema}.{table.name}": _count(connection, f"warehouse.{table.named}")
            for table in tables
        }
    return counts, key, origin


def _tell_key(settings: Settings, key: str) -> None:
    """Write which key the pseudonyms were made with, so that another one is not taken for it."""
    file = settings.key_fingerprint_file
    draft = file.with_name(f".{file.name}")
    draft.write_text(key_fingerprint(key) + "\n", encoding="ascii")
    flush(draft)
    let_in(draft, file.parent)
    draft.replace(file)


def _check(draft: Path, tables: list[Table], counts: Mapping[str, int]) -> None:
    """Open the file as a reader does, and see that it holds all that it should and no more."""
    with _sentences(draft), duckdb.connect(str(draft), read_only=True) as connection:
        found = connection.sql(
            "select schema_name, table_name, column_name, comment from duckdb_columns() "
            "where database_name = current_database() and not internal"
        ).fetchall()
        expected = {(t.schema, t.name, c, text) for t in tables for c, text in t.columns.items()}
        if set(found) != expected:
            raise PublishError("The new file does not hold exactly the columns to publish.")
        for table, count in counts.items():
            schema, name = table.split(".")
            if _count(connection, f"{schema}.{quoted_name(name)}") != count:
                raise PublishError(f"{table} of the new file is not complete.")
        if connection.sql("select count(*) from duckdb_views() where not internal").fetchone()[0]:
            raise PublishError("The new file holds a view, which breaks when the file is renamed.")


@contextlib.contextmanager
def _sentences(draft: Path) -> Iterator[None]:
    """Turn what DuckDB raises into a sentence without values; a full disk leaves no draft."""
    try:
        yield
    except (duckdb.CatalogException, duckdb.BinderException, duckdb.IOException) as error:
        discard(draft)
        problem = disk_problem(str(error)) or error
        raise PublishError(f"The marts cannot be published: {problem}") from None
    except duckdb.Error as error:
        discard(draft)
        problem = disk_problem(str(error)) or f"DuckDB {type(error).__name__}"
        raise PublishError(f"The marts cannot be published: {problem}.") from None


def _keep_night(file: Path, settings: Settings) -> None:
    """Keep this night beside the last ones: a second name of the file, not a copy."""
    target = settings.published
    folder = _nights(target)
    make_folder(folder)
    night = folder / f"{target.stem}_{settings.as_of:%Y%m%d}{target.suffix}"
    draft = night.with_name(f".{night.name}")
    os.link(file, draft)
    draft.replace(night)
    newest_first = sorted(
        folder.glob(f"{target.stem}_*{target.suffix}"),
        key=lambda file: (file.stat().st_mtime_ns, file.name),
        reverse=True,
    )
    for old in newest_first[KEPT_NIGHTS:]:
        old.unlink()


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    return connection.sql(f"select count(*) from {table}").fetchone()[0]
