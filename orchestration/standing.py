"""Whether what is published still stands: a night that changes no row leaves it as it is, and one
that changes few starts from it.

Belongs here: what tells that. Does not belong here: how it is published.

It stands when the last publication came to its end, by this code, its file was not touched since,
and every table holds the rows of the warehouse. Rows are compared by their number, which nearly
every night changes and which costs nothing, and only then by the sum of their hashes.
"""

import contextlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import duckdb

from orchestration.draft import SUM_OF_ROWS, Origin
from orchestration.project_code import code_of
from orchestration.quoting import quoted_name, quoted_text
from orchestration.settings import Settings, key_fingerprint


def remember(settings: Settings, origin: Origin | None = None) -> None:
    """Write down that a publication came to its end; where this fails, the next one is whole.

    Args:
        settings: where the published file is.
        origin: how the file came about; None: it is the one that stood before.
    """
    if origin is None:
        origin = _told_origin(settings)
    told = {"state": _state(settings), "origin": origin and asdict(origin)}
    with contextlib.suppress(OSError):
        settings.standing_file.write_text(json.dumps(told), encoding="ascii")


def standing_origin(settings: Settings, key: str) -> Origin | None:
    """Return how the published file came about, when it is of this code and of this key."""
    try:
        told = settings.key_fingerprint_file.read_text(encoding="ascii").strip()
        is_of_key = told == key_fingerprint(key)
        return _told_origin(settings) if is_of_key and _stands(settings) else None
    except (OSError, ValueError):
        return None


def standing_rows(
    settings: Settings,
    connection: duckdb.DuckDBPyConnection,
    tables: Mapping[str, Sequence[str]],
) -> dict[str, int] | None:
    """Return the rows per table when the last publication stands, else None.

    Args:
        settings: where the published file is.
        connection: has the warehouse attached as `warehouse`.
        tables: name with its schema -> columns that are published.
    """
    try:
        if not _stands(settings):
            return None
        connection.execute(f"attach {quoted_text(settings.published)} as standing (read_only)")
        counts = _same(connection, "count(*)", tables)
        if counts is not None and _same(connection, SUM_OF_ROWS, tables) is None:
            return None
        return counts
    except (OSError, ValueError, duckdb.Error):
        # Nothing was published yet, or the file is damaged, or the warehouse lacks a column, which
        # the publication says.
        return None


def _same(
    connection: duckdb.DuckDBPyConnection, what: str, tables: Mapping[str, Sequence[str]]
) -> dict[str, int] | None:
    """What each table has, or None where it is not the same in both databases."""
    found = {}
    for table, columns in tables.items():
        schema, name = table.split(".")
        told = what.format(", ".join(map(quoted_name, columns)))
        now, standing = (
            connection.sql(f"select {told} from {database}.{schema}.{quoted_name(name)}").fetchone()
            for database in ("warehouse", "standing")
        )
        if now != standing:
            return None
        (found[table],) = now
    return found


def _stands(settings: Settings) -> bool:
    return _told(settings).get("state") == _state(settings)


def _told_origin(settings: Settings) -> Origin | None:
    told = _told(settings).get("origin")
    return told and Origin(**told)


def _told(settings: Settings) -> dict[str, Any]:
    """What was written down; nothing where that is missing, or of an older release."""
    try:
        told = json.loads(settings.standing_file.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _state(settings: Settings) -> str:
    file = settings.published.stat()
    code = code_of("macros", "models", "seeds", "orchestration")
    return f"{code} {file.st_ino} {file.st_size} {file.st_mtime_ns}"
