"""The landing folder as the contract describes it: which files stand there and which one counts.

Only names, bytes and content hashes; what is in a file is the business of the readers.
"""

import gzip
import hashlib
import re
import zlib
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

NAME = re.compile(r"([a-z_]+)_(\d{8})(?:_.*)?\.csv(?:\.gz)?")


@dataclass
class LandedFile:
    """One path below the landing folder.

    Attributes:
        path: relative to the landing folder, with forward slashes.
        kind: "csv" (below practice/) or "x12" (below x12/).
        content: decompressed bytes; None when they cannot be had.
        extract, extract_date: from the name; None for X12 and for a name off the pattern.
        status: loaded, duplicate, quarantined or not_used; the readers may still change it.
    """

    path: str
    kind: str
    content: bytes | None
    extract: str | None = None
    extract_date: date | None = None
    status: str = "loaded"

    @property
    def order(self) -> bytes:
        """File order: the path in byte order."""
        return self.path.encode()


def landed_files(landing: Path, extracts: set[str]) -> list[LandedFile]:
    """Every file of practice/ and x12/ in file order, duplicates of a content marked as such."""
    files = []
    for folder, kind in (("practice", "csv"), ("x12", "x12")):
        for path in (landing / folder).rglob("*"):
            if path.is_file():
                files.append(_file(path, path.relative_to(landing).as_posix(), kind, extracts))
    files.sort(key=lambda file: file.order)
    _mark_duplicates(files)
    return files


def _file(path: Path, name: str, kind: str, extracts: set[str]) -> LandedFile:
    content: bytes | None = path.read_bytes()
    if path.suffix == ".gz":
        try:
            content = gzip.decompress(content)
        except (OSError, EOFError, zlib.error):
            content = None
    file = LandedFile(name, kind, content)
    if content is None:
        file.status = "quarantined"
    if kind == "csv":
        match = NAME.fullmatch(path.name)
        day = _day(match.group(2)) if match else None
        if match is None or day is None or match.group(1) not in extracts:
            file.status = "quarantined"
        else:
            file.extract, file.extract_date = match.group(1), day
    return file


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007
    except ValueError:
        return None


def _mark_duplicates(files: list[LandedFile]) -> None:
    names: dict[tuple[str, str], list[LandedFile]] = {}
    for file in files:
        if file.status == "loaded" and file.content is not None:
            digest = hashlib.sha256(file.content).hexdigest()
            names.setdefault((file.kind, digest), []).append(file)
    for (kind, _), same in names.items():
        if kind == "csv":
            kept = max(same, key=lambda file: (file.extract_date, file.order))
        else:
            kept = min(same, key=lambda file: file.order)
        for file in same:
            if file is not kept:
                file.status = "duplicate"
