"""What lies in the landing folder: which files, in which order, of which kind, with which content.

Belongs here: walking the folder, file names, decompression, content hashes. Does not belong here:
what is inside a file (csv_reader, x12), and what was loaded before (store).
"""

import codecs
import gzip
import hashlib
import io
import os
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TextIO

from orchestration.ingest.errors import BROKEN_GZIP, LoadError, UnreadableFileError

if TYPE_CHECKING:
    from orchestration.ingest.mapping import MappedSource

CSV, X12 = "csv", "x12"
_KIND_OF_FOLDER = {"practice": CSV, "x12": X12}

_NAME = re.compile(
    r"(?P<extract>.+?)_(?P<day>[0-9]{8})(?:_.*)?\.csv(?:\.gz)?", re.ASCII | re.DOTALL
)
_GZIP_MAGIC = b"\x1f\x8b"
_CHUNK_BYTES = 1 << 20
# Of the system, in bytes with the NUL at the end: beyond it nothing can be opened by its path.
_LONGEST_PATH = os.pathconf("/", "PC_PATH_MAX")
# Of decompressed content: a few kilobytes of gzip can be as much as a disk holds. Both kinds are
# read in portions; a transaction set is one value, which may be as much as its file.
_LARGEST = {CSV: 16 << 30, X12: 2 << 30}
# Bytes that have no character in CP1252.
_NOT_CP1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")


@dataclass(frozen=True)
class LandingFile:
    """A file of the landing folder.

    Attributes:
        path: where it lies.
        file: its path relative to the landing folder, with "/" between folders; bytes that are no
            printable character, and backslashes, stand as \\xNN, so that no name ends a line of a
            log, and no two names are one.
        kind: "csv" or "x12", by the folder it lies in.
        extract: extract that its name says; None for X12 and for a name outside the pattern.
        extract_date: day that its name says; None where extract is None.
        name_problem: why its name cannot be used, one sentence, or None.
        place_problem: why nothing can be read there (a link, a pipe), one sentence, or None.
        source: what makes an extract of it, where a mapping does; its `file` then says so.
    """

    path: Path
    file: str
    kind: str
    extract: str | None = None
    extract_date: date | None = None
    name_problem: str | None = None
    place_problem: str | None = None
    source: "MappedSource | None" = field(default=None, compare=False)


@dataclass(frozen=True)
class Fingerprint:
    """What one pass over a file's decompressed content says of it."""

    sha256: str
    is_utf8: bool


def discover(landing: Path, extracts: Collection[str]) -> list[LandingFile]:
    """Return every file below practice/ and x12/, ordered by `file` in byte order.

    What lies there and is no file (a pipe, a link that leads out or nowhere) is among them with its
    place_problem: who may drop files must not be able to stop the night, or to have it read a file
    from elsewhere. The landing folder, practice/ and x12/ may be links: who sets them runs the
    warehouse.

    Raises:
        LoadError: the landing folder or a folder below it cannot be read.
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
    roots = [(landing / folder).resolve() for folder in folders]
    found = [
        _landing_file(landing, path, place_problem, folder, extracts)
        for folder in folders
        for path, place_problem in _entries_below(landing / folder, roots)
    ]
    return sorted(found, key=lambda file: file.file.encode())


def _entries_below(folder: Path, roots: Collection[Path]) -> Iterator[tuple[Path, str | None]]:
    """Yield what is no folder, below a folder and its sub-folders, and why it cannot be read.

    No recursion: folders in folders may be deeper than Python's stack.
    """
    folders = [folder]
    try:
        while folders:
            for entry in list(os.scandir(folders.pop())):
                path = Path(entry.path)
                if len(os.fsencode(path)) >= _LONGEST_PATH:
                    yield path, "Its path is too long to be opened."
                elif entry.is_symlink():
                    yield path, _link_problem(path, roots)
                elif entry.is_dir(follow_symlinks=False):
                    folders.append(path)
                elif entry.is_file(follow_symlinks=False):
                    yield path, None
                else:
                    yield path, "It is neither a file nor a folder."
    except OSError as error:
        raise LoadError(f"{error.filename} cannot be read: {error.strerror}.") from None


def _link_problem(link: Path, roots: Collection[Path]) -> str | None:
    try:
        target = link.resolve(strict=True)
    except (OSError, RuntimeError):  # before Python 3.13 a loop is a RuntimeError
        return "The link leads nowhere."
    if not any(root in (target, *target.parents) for root in roots):
        return "The link leads out of the landing folder."
    return None if target.is_file() else "The link does not lead to a file."


def _landing_file(
    landing: Path, path: Path, place_problem: str | None, folder: str, extracts: Collection[str]
) -> LandingFile:
    name = path.relative_to(landing).as_posix()
    file = "".join(one if one.isprintable() and one != "\\" else _escaped(one) for one in name)
    kind = _KIND_OF_FOLDER[folder]
    if kind == X12 or place_problem is not None:
        return LandingFile(path, file, kind, place_problem=place_problem)
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


def _escaped(character: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in os.fsencode(character))


def open_content(path: Path) -> BinaryIO:
    """Open the decompressed content of a file; gzip is known by its name or its first bytes.

    Reading from it raises one of BROKEN_GZIP where it cannot be decompressed.
    """
    with path.open("rb") as stream:
        is_gzip = path.name.endswith(".gz") or stream.read(2) == _GZIP_MAGIC
    return gzip.open(path, "rb") if is_gzip else path.open("rb")


@contextmanager
def open_text(path: Path, is_utf8: bool) -> Iterator[TextIO]:
    """Open the decompressed content of a CSV file as text, its line ends as they are.

    Raises:
        UnreadableFileError: it is of another encoding; also from within the block, where a byte
            turns out to have no character.
    """
    with open_content(path) as stream:
        try:
            yield io.TextIOWrapper(stream, encoding=_encoding(stream, is_utf8), newline="")
        except UnicodeDecodeError:
            raise UnreadableFileError(
                "The file is not UTF-8, and a byte in it has no character in CP1252."
            ) from None


@contextmanager
def open_x12(path: Path, is_utf8: bool) -> Iterator[TextIO]:
    """Open the decompressed content of an X12 file as text: any bytes are one.

    Raises:
        UnreadableFileError: from within the block, where it is no longer UTF-8.
    """
    encoding = "utf-8-sig" if is_utf8 else "cp1252" if _is_cp1252(path) else "latin-1"
    with open_content(path) as stream:
        try:
            yield io.TextIOWrapper(stream, encoding=encoding, newline="")
        except UnicodeDecodeError:
            raise UnreadableFileError("The file changed while it was read.") from None


def _is_cp1252(path: Path) -> bool:
    with open_content(path) as stream:
        return not any(map(_NOT_CP1252.search, iter(lambda: stream.read(_CHUNK_BYTES), b"")))


def _encoding(stream: BinaryIO, is_utf8: bool) -> str:
    """Return the encoding of a file, and skip a byte order mark that the encoding does not know."""
    if is_utf8:
        return "utf-8-sig"
    mark = stream.peek(3)[:3]
    if mark[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        raise UnreadableFileError("The file is UTF-16; UTF-8 is expected.")
    if mark == codecs.BOM_UTF8:
        stream.read(3)
    return "cp1252"


def fingerprint(path: Path, kind: str = CSV) -> Fingerprint | None:
    """Read a file once, in bounded memory; None where it cannot be decompressed.

    Raises:
        UnreadableFileError: it holds more than a file of its kind may.
    """
    digest = hashlib.sha256()
    decoder: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")()
    byte_count = 0
    try:
        with open_content(path) as stream:
            while chunk := stream.read(_CHUNK_BYTES):
                byte_count += len(chunk)
                if byte_count > _LARGEST[kind]:
                    most = f"{_LARGEST[kind] >> 20:,}"
                    raise UnreadableFileError(f"The file holds more than {most} MB.")
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
