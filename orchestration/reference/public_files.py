"""The files that were given: those inside archives, what each is, and from when it counts."""

import re
import zipfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from orchestration.reference import PublicFileError
from orchestration.reference.layouts import LAYOUTS, Rows, Table, parse

_TEXTS = (".txt", ".csv")
_WORKBOOKS = (".xlsx", ".xls")
_MONTHS = {"jan": 1, "apr": 4, "jul": 7, "oct": 10}


@dataclass(frozen=True)
class PublicFile:
    """What a public file says of the codes that are known."""

    name: str
    label: str
    effective: date
    rows: Rows


def read_public_files(
    paths: Sequence[Path], codes: Collection[str], effective: date | None
) -> list[PublicFile]:
    """Read every file, in the order given; `effective` counts for all of them, else each says it.

    Raises:
        PublicFileError: a file cannot be read or recognised, or does not say from when it counts.
    """
    return [one for path in paths for one in _read(path, codes, effective)]


def _read(path: Path, codes: Collection[str], effective: date | None) -> list[PublicFile]:
    found = []
    for name, content in _texts(path):
        table = parse(name, content)
        for layout in LAYOUTS:
            header = layout.find_header(table)
            if header is not None:
                day = effective or _effective(table, header, path)
                rows = layout.read(table, header, codes, day)
                found.append(PublicFile(name, layout.label, day, rows))
    if not found:
        known = ", ".join(layout.label for layout in LAYOUTS)
        raise PublicFileError(
            f"{path.name} holds no public file that is known here as text ({known}); a workbook "
            "is not read: give the archive as it was downloaded, or the text file in it."
        )
    return found


def _texts(path: Path) -> Iterator[tuple[str, bytes]]:
    """The text files of a path, which may be an archive; workbooks beside them are left out."""
    try:
        if not zipfile.is_zipfile(path):
            if path.suffix.lower() not in _WORKBOOKS:
                yield path.name, path.read_bytes()
            return
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                name = Path(member.filename)
                # Of the two files of a year, the one for qualifying participants is for few.
                is_for_participants = re.search(r"(?<!non)QPP", name.stem, re.IGNORECASE)
                if name.suffix.lower() in _TEXTS and not is_for_participants:
                    yield name.name, archive.read(member)
    except OSError as error:
        raise PublicFileError(f"{path} cannot be read: {error.strerror}.") from None
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError):
        raise PublicFileError(f"{path} is a damaged or protected archive.") from None


def _effective(table: Table, header: int, path: Path) -> date:
    """The first day that the file counts for: its title says it, else its name, else the archive's.

    A notice of copyright names a year, too, which is not the file's.
    """
    title = (" ".join(cells) for _, cells in table.records[:header])
    for text in (*title, table.name, path.name):
        if "copyright" not in text.lower():
            day = _day(text)
            if day:
                return day
    raise PublicFileError(
        f"{table.name} does not say from when it counts: say it with EFFECTIVE=2026-01-01."
    )


def _day(text: str) -> date | None:
    """A day like 01-01-2026, a quarter like 2026q1, an NCCI version like v320r0, or a release."""
    found = re.search(r"(?<![0-9])([01][0-9])-([0-3][0-9])-(20[0-9]{2})(?![0-9])", text)
    if found:
        month, day, year = map(int, found.groups())
        return _valid(year, month, day)
    found = re.search(r"(20[0-9]{2})[ -_]?q([1-4])", text, re.IGNORECASE)
    if found:
        return date(int(found[1]), int(found[2]) * 3 - 2, 1)
    # Version 32.0 of the edits is that of the first quarter of 2026.
    found = re.search(r"(?<![a-z])v([0-9]{2})([0-3])r[0-9]", text, re.IGNORECASE)
    if found:
        return date(1994 + int(found[1]), int(found[2]) * 3 + 1, 1)
    year = re.search(r"(?<![0-9])(20[0-9]{2})(?![0-9])|RVU([0-9]{2})(?![0-9])", text)
    month = re.search(r"(?<![a-z])(jan|apr|jul|oct)", text, re.IGNORECASE)
    if year and month:
        return date(int(year[1] or f"20{year[2]}"), _MONTHS[month[1].lower()], 1)
    return None


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
