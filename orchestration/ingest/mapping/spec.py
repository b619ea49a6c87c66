"""A mapping as it is written: read, and refused before any work where it cannot be used.

Belongs here: the form of the YAML, checked against the contract. Does not belong here: files that
were delivered (sources) and rows (columns, tables).
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import yaml

from orchestration.ingest.contract import Extract
from orchestration.ingest.errors import LoadError

_DAY = "%Y%m%d"
_PARTS = {
    "Y": "[0-9]{4}",
    "m": "[0-9]{1,2}",
    "d": "[0-9]{1,2}",
    "y": "[0-9]{2}",
    "b": "[A-Za-z]{3}",
}
_SAMPLE = datetime(2026, 3, 9, 14, 5, 6, tzinfo=UTC)
_FILE_KEYS = {"extract", "name", "date", "columns", "of", "sql"}
_COLUMN_KEYS = {"from", "always", "date", "timestamp", "values", "otherwise", "remove"}


def moment(text: str, form: str) -> datetime:
    """Read a moment on the clinic's own clock, whose time zone the file does not say.

    Raises:
        ValueError: it is not of the form.
    """
    return datetime.strptime(text, form).replace(tzinfo=UTC)


@dataclass(frozen=True)
class Pattern:
    """How files are called: `*` is anything, `{date}` the day in its format."""

    regex: re.Pattern
    day_format: str

    def day(self, name: str) -> date | None:
        """The day in the name of a file; None where the name is not of this pattern."""
        match = self.regex.fullmatch(name)
        if match is None:
            return None
        try:
            return moment(match["day"], self.day_format).date()
        except ValueError:
            return None


@dataclass(frozen=True)
class Column:
    """What a column of the contract is made of.

    Attributes:
        source: column of the file, None for a value that is always the same.
        always: that value.
        date, timestamp: format that the file writes it in, or None.
        values: value of the contract by value of the file, in lower case; None: as it is.
        otherwise: value for what is not in the list; None: the row goes to quarantine.
        remove: characters that are taken away.
    """

    source: str | None
    always: str | None = None
    date: str | None = None
    timestamp: str | None = None
    values: dict[str, str] | None = None
    otherwise: str | None = None
    remove: str = ""


@dataclass(frozen=True)
class FileSpec:
    """Files of one kind and the extract they become, by columns or, joined with others, by SQL."""

    extract: Extract
    pattern: Pattern
    columns: dict[str, Column]
    table: str | None = None
    sql: str | None = None
    sql_file: str = ""


@dataclass(frozen=True)
class Table:
    """A table that SQL reads: how its files are called, and the columns that it must have."""

    name: str
    pattern: Pattern
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Mapping:
    """A mapping, with a hash of everything that it says."""

    name: str
    sha256: str
    files: tuple[FileSpec, ...]
    tables: dict[str, Table]
    empty: frozenset[str]


def read_mapping(path: Path, contract: dict[str, Extract]) -> Mapping:
    """Read a mapping and the SQL that it names, and check both against the contract.

    Raises:
        LoadError: it cannot be read, or says what cannot be done. The message is one sentence.
    """
    try:
        content = path.read_bytes()
        document = yaml.safe_load(content)
    except OSError as error:
        raise LoadError(f"{path} cannot be read: {error.strerror}.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise LoadError(f"{path}{where}: the file is no YAML.") from None
    try:
        return _Reader(path, content, contract).mapping(document)
    except _Wrong as problem:
        raise LoadError(f"{path}: {problem}") from None


class _Wrong(Exception):
    """What a mapping says wrongly, one sentence."""


class _Reader:
    def __init__(self, path: Path, content: bytes, contract: dict[str, Extract]) -> None:
        self._path = path
        self._digest = hashlib.sha256(content)
        self._contract = contract

    def mapping(self, document: Any) -> Mapping:
        keys = {"mapping", "files", "tables", "empty"}
        top = _dict(document, "the file", keys)
        name = top.get("mapping")
        if not isinstance(name, str) or not name:
            raise _Wrong("it must say mapping: and the name of the system.")
        if not isinstance(top.get("files"), list) or not top["files"]:
            raise _Wrong("it must have a list files: with at least one entry.")
        tables = {
            table: self._table(table, columns)
            for table, columns in _dict(top.get("tables", {}), "tables").items()
        }
        files = tuple(self._file(one, tables) for one in top["files"])
        empty = top.get("empty", [])
        if not isinstance(empty, list) or not all(isinstance(one, str) for one in empty):
            raise _Wrong("empty: must be a list of texts in quotes.")
        return Mapping(name, self._digest.hexdigest(), files, tables, frozenset(empty))

    def _table(self, name: str, columns: Any) -> Table:
        if not re.fullmatch(r"[a-z][a-z0-9_]*", str(name)):
            raise _Wrong(f"the table {name} must be named in lower case, without blanks.")
        if not isinstance(columns, list) or not all(isinstance(one, str) for one in columns):
            raise _Wrong(f"the table {name} must have the list of the columns that are read.")
        lower = tuple(one.lower() for one in columns)
        return Table(name, _pattern(name + "_{date}*.csv", _DAY), lower)

    def _file(self, entry: Any, tables: dict[str, Table]) -> FileSpec:
        one = _dict(entry, "an entry of files", _FILE_KEYS)
        extract = self._contract.get(one.get("extract"))
        if extract is None:
            known = ", ".join(self._contract)
            raise _Wrong(f"the extract {one.get('extract')} is unknown: it is one of {known}.")
        if ("columns" in one) == ("sql" in one):
            raise _Wrong(f"{extract.name} must have either columns or sql.")
        if "sql" in one:
            return self._joined(extract, one, tables)
        spec = f"{extract.name}.columns"
        columns = {
            name: _column(f"{spec}.{name}", column)
            for name, column in _dict(one["columns"], spec).items()
        }
        for name in columns:
            if name not in extract.columns:
                raise _Wrong(f"{extract.name} has no column {name} in the contract.")
        _require(extract, columns)
        pattern = _pattern(one.get("name", extract.name + "_{date}*.csv"), one.get("date", _DAY))
        return FileSpec(extract, pattern, columns)

    def _joined(self, extract: Extract, one: dict, tables: dict[str, Table]) -> FileSpec:
        table = tables.get(one.get("of"))
        if table is None:
            raise _Wrong(f"{extract.name} is made of: {one.get('of')}, which is not in tables.")
        file = self._path.parent / self._path.stem / str(one["sql"])
        try:
            sql = file.read_text(encoding="utf-8").strip().removesuffix(";")
        except OSError as error:
            raise LoadError(f"{file} cannot be read: {error.strerror}.") from None
        self._digest.update(sql.encode())
        from orchestration.ingest.mapping.tables import output_columns

        columns = output_columns(sql, str(file), table, tables.values())
        if "row_number" not in columns:
            raise LoadError(f"{file}: it must give row_number, the line of {table.name}.")
        for name in columns:
            if name not in (*extract.columns, "row_number", "left_out"):
                raise LoadError(f"{file}: {extract.name} has no column {name} in the contract.")
        _require(extract, columns)
        return FileSpec(extract, table.pattern, {}, table.name, sql, str(file))


def _require(extract: Extract, columns: Any) -> None:
    missing = [name for name in extract.required if name not in columns]
    if missing:
        raise _Wrong(f"{extract.name} needs the column {missing[0]}, which nothing is mapped to.")


def _column(where: str, column: Any) -> Column:
    if isinstance(column, str):
        return Column(_source(column))
    one = _dict(column, where, _COLUMN_KEYS)
    if ("from" in one) == ("always" in one):
        raise _Wrong(f"{where} must have either from or always.")
    for key in ("from", "always", "date", "timestamp", "otherwise", "remove"):
        if key in one and not isinstance(one[key], str):
            raise _Wrong(f"{where}.{key} must be a text in quotes.")
    for key in ("date", "timestamp"):
        if key in one:
            _check_format(f"{where}.{key}", one[key])
    values = one.get("values")
    if values is not None:
        pairs = _dict(values, f"{where}.values")
        if not all(isinstance(text, str) for pair in pairs.items() for text in pair):
            raise _Wrong(f"{where}.values must be texts: put numbers, yes and no in quotes.")
        values = {key.strip().lower(): value for key, value in pairs.items()}
    return Column(
        _source(one["from"]) if "from" in one else None,
        one.get("always"),
        one.get("date"),
        one.get("timestamp"),
        values,
        one.get("otherwise"),
        one.get("remove", ""),
    )


def _source(name: str) -> str:
    return name.strip().lower()


def _check_format(where: str, form: str) -> None:
    try:
        written = _SAMPLE.strftime(form)
        read = moment(written, form)
    except ValueError:
        read = None
    if read is None or read.date() != _SAMPLE.date():
        raise _Wrong(f"{where} must be a format of year, month and day like %m/%d/%Y.")


def _pattern(name: Any, day_format: Any) -> Pattern:
    if not isinstance(name, str) or name.count("{date}") != 1:
        raise _Wrong(f"the name {name} must hold {{date}} once, the day that the file describes.")
    if not isinstance(day_format, str):
        raise _Wrong("date must be a format like %Y%m%d.")
    _check_format(name, day_format)
    day = "".join(_day_parts(day_format))
    parts = (re.escape(part) for part in name.split("*"))
    regex = ".*".join(parts).replace(re.escape("{date}"), f"(?P<day>{day})")
    return Pattern(re.compile(regex + r"(?:\.gz)?", re.DOTALL | re.IGNORECASE), day_format)


def _day_parts(day_format: str) -> Iterator[str]:
    for part in re.split(r"(%[A-Za-z])", day_format):
        if part.startswith("%"):
            if part[1] not in _PARTS:
                raise _Wrong(
                    f"the day in a name is written with %Y, %y, %m, %d and %b, not {part}."
                )
            yield _PARTS[part[1]]
        else:
            yield re.escape(part)


def _dict(value: Any, where: str, keys: set[str] | None = None) -> dict:
    if not isinstance(value, dict):
        raise _Wrong(f"{where} must be made of key: value.")
    unknown = [str(key) for key in value if keys is not None and key not in keys]
    if unknown:
        raise _Wrong(
            f"{where} has the unknown key {unknown[0]}: it knows {', '.join(sorted(keys))}."
        )
    return value
