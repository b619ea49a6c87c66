"""The practice's own reference tables: what lies in BILLING_REFERENCE, checked and put into raw.

Belongs here: which files there may be, and that each can be typed. Does not belong here: which row
wins over one of a seed, which staging decides (macro reference_rows), and what a table means.

`<table>.csv` adds rows to the seed of that name and replaces those with the same key;
`<table>.replace.csv` stands instead of the seed. `seeds/_*.yml` is the one home of columns, types
and keys: config.meta.key names a row, meta.replaces (else the key) what a row takes the place of,
meta.optional the columns that may be empty.
"""

import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import yaml

from orchestration.ingest.errors import LoadError
from orchestration.settings import PROJECT_ROOT

SEEDS = PROJECT_ROOT / "seeds"
_REPLACE = ".replace"
_DECIMAL = re.compile(r"decimal\((\d+), *(\d+)\)")


@dataclass(frozen=True)
class ReferenceTable:
    """A table that may be overridden: its columns with their types, in order, and its key."""

    name: str
    types: dict[str, str]
    key: tuple[str, ...]
    optional: tuple[str, ...]


@dataclass(frozen=True)
class ReferenceFile:
    """A practice's file. The rows hold text, null where empty, and the line they begin on, last."""

    table: str
    file: str
    sha256: str
    is_replacement: bool
    rows: tuple[tuple[str | int | None, ...], ...]


@cache
def reference_tables(folder: Path = SEEDS) -> dict[str, ReferenceTable]:
    """Return the tables by name.

    Raises:
        LoadError: what the project says of its seeds cannot be read.
    """
    tables = {}
    for file in sorted(folder.glob("_*.yml")):
        try:
            for seed in yaml.safe_load(file.read_text(encoding="utf-8"))["seeds"]:
                types = seed["config"]["column_types"]
                meta = seed["config"]["meta"]
                tables[seed["name"]] = ReferenceTable(
                    seed["name"], types, tuple(meta["key"]), tuple(meta.get("optional", ()))
                )
        except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
            raise LoadError(f"The seeds' description {file} cannot be read: {error}.") from error
    return tables


def read_reference_files(folder: Path) -> list[ReferenceFile]:
    """Read and check every file of the folder; none where there is no folder. Writes nothing.

    Raises:
        LoadError: a file has a name that no table has, is there twice, cannot be read, or holds
            what its table cannot hold. The message names file, line and column, never a value.
    """
    if not folder.is_dir():
        return []
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        table = path.stem.removesuffix(_REPLACE)
        if path.suffix != ".csv" or table not in reference_tables() or not path.is_file():
            raise LoadError(
                f"{path} belongs to no reference table: a file there is called <table>.csv or "
                f"<table>{_REPLACE}.csv, with one of {', '.join(sorted(reference_tables()))}."
            )
        if table in found:
            raise LoadError(
                f"{found[table]} and {path} speak for the same table: keep one of them."
            )
        found[table] = path
    return [_read(path, reference_tables()[table]) for table, path in found.items()]


def _read(path: Path, table: ReferenceTable) -> ReferenceFile:
    try:
        content = path.read_bytes()
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise LoadError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise LoadError(f"{path}, line {line}: the file is not UTF-8.") from None
    return ReferenceFile(
        table.name,
        path.name,
        hashlib.sha256(content).hexdigest(),
        path.stem.endswith(_REPLACE),
        tuple(_rows(path, text, table)),
    )


def _rows(path: Path, text: str, table: ReferenceTable) -> Iterator[tuple[str | int | None, ...]]:
    records = _records(path, text)
    _, header = next(records, (1, []))
    for column in (*table.types, *header):
        copies = header.count(column)
        if copies != 1 or column not in table.types:
            problem = "missing" if not copies else "there twice" if copies > 1 else "unknown"
            raise LoadError(
                f"{path}, line 1, column {column or 'without a name'}: it is {problem}, and the "
                f"header is {','.join(table.types)}."
            )
    lines_of_keys: dict[tuple[str, ...], int] = {}
    for line, record in records:
        if len(record) != len(header):
            raise LoadError(
                f"{path}, line {line}: it has {len(record)} columns, and the header {len(header)}."
            )
        values = dict(zip(header, record, strict=True))
        for column, data_type in table.types.items():
            problem = what_is_wrong(values[column], data_type, column in table.optional)
            if problem:
                raise LoadError(f"{path}, line {line}, column {column}: {problem}.")
        key = tuple(_comparable(values[column], table.types[column]) for column in table.key)
        if key in lines_of_keys:
            raise LoadError(
                f"{path}, line {line}, column {', '.join(table.key)}: line "
                f"{lines_of_keys[key]} says the same, and a row must be there once."
            )
        lines_of_keys[key] = line
        yield (*(values[column] or None for column in table.types), line)


def _records(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    """The records with the line each begins on, without the blanks around values."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for record in reader:
            if record:
                yield line, [value.strip() for value in record]
            line = reader.line_num + 1
    except csv.Error:
        raise LoadError(f"{path}, line {line}: a quotation mark is out of place.") from None


def what_is_wrong(value: str, data_type: str, is_optional: bool) -> str | None:
    """Say why a text cannot be a value of the type, or return None."""
    if not value:
        return None if is_optional else "a value is required"
    expected, fits = _form(data_type)
    return None if fits(value) else f"{expected} is expected"


def _form(data_type: str) -> tuple[str, Callable[[str], bool]]:
    if data_type == "varchar":
        return "text", lambda value: "\0" not in value
    if data_type == "integer":
        return "a whole number", lambda value: bool(re.fullmatch(r"-?[0-9]{1,9}", value))
    if data_type == "boolean":
        return "true or false", lambda value: value.lower() in ("true", "false")
    if data_type == "date":
        return "a date like 2026-01-31", _is_day
    digits, places = map(int, _DECIMAL.fullmatch(data_type).groups())
    number = re.compile(rf"-?[0-9]{{1,{digits - places}}}([.][0-9]{{1,{places}}})?")
    return (
        f"a number with at most {places} decimals",
        lambda value: bool(number.fullmatch(value)),
    )


def _is_day(value: str) -> bool:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _comparable(value: str, data_type: str) -> str:
    return str(int(value)) if data_type == "integer" and value else value
