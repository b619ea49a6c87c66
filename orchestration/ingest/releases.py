"""What people released from quarantine after a look: the file of it, and what can be released.

Belongs here: BILLING_HOME/releases.csv. Does not belong here: what is in quarantine (the warehouse)
and how it is released from a terminal (orchestration.release).

The file, not the warehouse, is the record: it is as much a part of the input as the landing folder,
and both together give the same warehouse again. A release names content by its hash, so that it
holds wherever and whenever that content arrives. It holds who and why, and stays private.
"""

import csv
import io
import os
import secrets
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date, datetime
from pathlib import Path

from orchestration.ingest.contract import read_contract
from orchestration.ingest.errors import LoadError
from orchestration.ingest.x12_rows import RELEASABLE_FILES, RELEASABLE_SETS

FILE, ROW, TRANSACTION_SET = "file", "row", "transaction set"


@dataclass(frozen=True)
class Release:
    """A file, row or transaction set that a person released; the columns of releases.csv.

    Attributes:
        released_at: when, in the clock of the machine, to the second.
        who, why: one line of text each.
        file: path at which it was seen; for people, since the content is known by its hash.
        kind, sha256: "csv" or "x12", and the hash of the decompressed content.
        level: "file", "row" or "transaction set".
        number: line of a row, number of a set in its file; None for a file.
        extract, extract_date: of a CSV file whose name does not say them; else None.
        reason: why it was in quarantine.
    """

    released_at: datetime
    who: str
    why: str
    file: str
    kind: str
    sha256: str
    level: str
    number: int | None
    extract: str | None
    extract_date: date | None
    reason: str


_COLUMNS = [column.name for column in fields(Release)]


def obstacle(level: str, kind: str, reason: str, required: Sequence[str] = ()) -> str | None:
    """Return why something with this reason cannot be released, one sentence, or None.

    `required` are the required columns of the row's extract.
    """
    if level == FILE and kind == "csv":
        if "file name" in reason:
            return None
        return "A CSV file that cannot be read has no rows: have the sender mend it."
    if level == FILE:
        if reason in RELEASABLE_FILES:
            return None
        return "Nobody can say what of this file belongs to what: have the sender mend it."
    if level == TRANSACTION_SET:
        if reason in RELEASABLE_SETS:
            return None
        return "A set that is cut off, or whose values cannot be read, has no true amounts."
    column, is_typed, _ = reason.partition(": ")
    if not is_typed or " " in column:
        return "A line that cannot be read as CSV has no values: have the sender mend it."
    if column in required:
        return f"A row says nothing without {column}: have the sender mend it."
    return None


def read_releases(file: Path) -> list[Release]:
    """Return the releases of a file, none where there is no file.

    Raises:
        LoadError: it cannot be read. The message names the line, never a value.
    """
    try:
        text = file.read_text(encoding="utf-8") if file.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        problem = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise LoadError(f"{file} cannot be read: {problem}.") from None
    rows = list(csv.reader(io.StringIO(text, newline="")))
    if rows and rows[0] != _COLUMNS:
        raise LoadError(f"{file} cannot be used: line 1 must be {','.join(_COLUMNS)}.")
    releases = []
    for number, row in enumerate(rows[1:], start=2):
        try:
            releases.append(_release(row))
        except (ValueError, TypeError):
            raise LoadError(f"{file} cannot be used: row {number} is no release.") from None
    return releases


def _release(row: Sequence[str]) -> Release:
    values: dict = dict(zip(_COLUMNS, (value or None for value in row), strict=True))
    one = Release(
        **{
            **values,
            "released_at": datetime.fromisoformat(values["released_at"]),
            "number": None if values["number"] is None else int(values["number"]),
            "extract_date": values["extract_date"] and date.fromisoformat(values["extract_date"]),
        }
    )
    if one.level not in (FILE, ROW, TRANSACTION_SET) or (one.number is None) != (one.level == FILE):
        raise ValueError
    needs_extract = (one.level, one.kind) == (FILE, "csv")
    if needs_extract and (one.extract not in read_contract() or one.extract_date is None):
        raise ValueError
    return one


def add_release(file: Path, release: Release) -> None:
    """Add a release to the file: it is complete, old or new, at every instant; mode 600.

    Raises:
        LoadError: the file cannot be read or written.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for one in [*read_releases(file), release]:
        writer.writerow("" if value is None else str(value) for value in astuple(one))
    draft = file.with_name(f".{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as stream:
            stream.write(text.getvalue())
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(file)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise LoadError(f"{file} cannot be written: {error.strerror}.") from None
