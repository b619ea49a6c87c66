"""What lies in the landing folder: which files, in which order, of which kind, with which content.

Belongs here: walking the folder, file names, decompression, content hashes. Does not belong here:
what is inside a file (csv_reader, x12), and what was loaded before (store).
"""

import codecs
import gzip
import hashlib
import os
import re
import stat
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO

from orchestration.ingest.errors import LoadError

CSV, X12 = "csv", "x12"
_KIND_OF_FOLDER = {"practice": CSV, "x12": X12}

_NAME = re.compile(
    r"(?P<extract>.+?)_(?P<day>[0-9]{8})(?:_.*)?\.csv(?:\.gz)?", re.ASCII | re.DOTALL
)
_GZIP_MAGIC = b"\x1f\x8b"
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True)
class LandingFile:
    """A file of the landing folder.

    Attributes:
        path: where it lies.
        file: its path relative to the landing folder, with "/" between folders.
        kind: "csv" or "x12", by the folder it lies in.
        extract: extract that its name says; None for X12 and for a name outside the pattern.
        extract_date: day that its name says; None where extract is None.
        name_problem: why its name cannot be used, one sentence, or None.
    """

    path: Path
    file: str
    kind: str
    extract: str | None = None
    extract_date: date | None = None
    name_problem: str | None = None


@dataclass(frozen=True)
class Fingerprint:
    """What one pass over a file's decompressed content says of it."""

    sha256: str
    is_utf8: bool


def discover(landing: Path, extracts: Collection[str]) -> list[LandingFile]:
    """Return every file below practice/ and x12/, ordered by relative path in byte order.

    Raises:
        LoadError: the landing folder or a folder below it cannot be read, or something in it is
            no regular file (a broken link, a pipe).
    """
    try:
        is_there = landing.is_dir()
        folders = [name for name in _KIND_OF_FOLDER if (landing / name).is_dir()]
    except OSError as error:
        raise LoadError(f"{landing} cannot be read: {error.strerror}.") from None
    if not is_there:
        raise LoadError(f"The landing folder {landing} does not exist (BILLING_LANDING).")
    if not folders:
        raise LoadError(
            f"The landing folder {landing} has neither a practice/ nor an x12/ folder in it."
        )
    found: list[tuple[bytes, LandingFile]] = []
    for folder in folders:
        for path in _files_below(landing / folder, ()):
            relative = os.fsencode(path.relative_to(landing).as_posix())
            found.append((relative, _landing_file(path, relative, folder, extracts)))
    return [file for _, file in sorted(found, key=lambda pair: pair[0])]


def _files_below(folder: Path, above: tuple[tuple[int, int], ...]) -> Iterator[Path]:
    """Yield the files of a folder and its sub-folders; links are followed, but not in a circle."""
    try:
        status = folder.stat()
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        identity = (status.st_dev, status.st_ino)
        if identity in above:
            return
        for entry in entries:
            mode = entry.stat().st_mode
            if stat.S_ISDIR(mode):
                yield from _files_below(Path(entry.path), (*above, identity))
            elif stat.S_ISREG(mode):
                yield Path(entry.path)
            else:
                raise LoadError(f"{entry.path} is neither a file nor a folder.")
    except OSError as error:
        raise LoadError(f"{error.filename} cannot be read: {error.strerror}.") from None


def _landing_file(
    path: Path, relative: bytes, folder: str, extracts: Collection[str]
) -> LandingFile:
    # A name that is no UTF-8 could not be stored as text.
    file = relative.decode("utf-8", errors="backslashreplace")
    kind = _KIND_OF_FOLDER[folder]
    if kind == X12:
        return LandingFile(path, file, kind)
    match = _NAME.fullmatch(path.name)
    if match is None:
        problem = "The file name is not <extract>_<YYYYMMDD>[_<anything>].csv or .csv.gz."
        return LandingFile(path, file, kind, name_problem=problem)
    if match["extract"] not in extracts:
        problem = "The file name does not begin with the name of a known extract."
        return LandingFile(path, file, kind, name_problem=problem)
    try:
        day = date.fromisoformat(match["day"])
    except ValueError:
        problem = "The date in the file name is no day of the calendar."
        return LandingFile(path, file, kind, name_problem=problem)
    return LandingFile(path, file, kind, match["extract"], day)


# gzip.BadGzipFile is an OSError: where both matter, these must be caught first.
BROKEN_GZIP = (gzip.BadGzipFile, EOFError, zlib.error)


def open_content(path: Path) -> BinaryIO:
    """Open the decompressed content of a file; gzip is known by its name or its first bytes.

    Reading from it raises one of BROKEN_GZIP where it cannot be decompressed.
    """
    with path.open("rb") as stream:
        is_gzip = path.name.endswith(".gz") or stream.read(2) == _GZIP_MAGIC
    return gzip.open(path, "rb") if is_gzip else path.open("rb")


def fingerprint(path: Path) -> Fingerprint | None:
    """Read a file once, in bounded memory; None where it cannot be decompressed."""
    digest = hashlib.sha256()
    decoder: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")()
    try:
        with open_content(path) as stream:
            while chunk := stream.read(_CHUNK_BYTES):
                digest.update(chunk)
                decoder = _decoded(decoder, chunk)
    except BROKEN_GZIP:
        return None
    is_utf8 = _decoded(decoder, b"", final=True) is not None
    return Fingerprint(digest.hexdigest(), is_utf8)


def _decoded(
    decoder: codecs.IncrementalDecoder | None, chunk: bytes, final: bool = False
) -> codecs.IncrementalDecoder | None:
    """Return the decoder, or None from the first byte on that is no UTF-8."""
    if decoder is not None:
        try:
            decoder.decode(chunk, final)
        except UnicodeDecodeError:
            return None
    return decoder
