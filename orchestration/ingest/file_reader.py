"""Reading one file of the landing folder: what of it is new, as rows for schema raw.

Belongs here: what is new and what is known, and that a file stays the same while it is read. Does
not belong here: how its text is read (csv_reader, x12), and when its rows are written (batches,
writer). It opens no warehouse: files are read in a thread beside the one that writes.

Every run hashes every file. Remembering size and modification time instead would save about a
second per gigabyte, and would miss a file that was replaced under a kept time stamp.
"""

import contextlib
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from orchestration.ingest import arrow_rows
from orchestration.ingest.arrow_rows import Rows
from orchestration.ingest.contract import Extract
from orchestration.ingest.csv_reader import CsvReader
from orchestration.ingest.discovery import (
    CSV,
    X12,
    Fingerprint,
    LandingFile,
    fingerprint,
    open_text,
    open_x12,
)
from orchestration.ingest.errors import LoadError, UnreadableFileError, naming
from orchestration.ingest.mapping.columns import MappedReader
from orchestration.ingest.mapping.sources import outcomes
from orchestration.ingest.mapping.tables import JoinedReader
from orchestration.ingest.releases import FILE, Release
from orchestration.ingest.store import Content, FileRecord
from orchestration.ingest.summary import LOADED, QUARANTINED, Outcome
from orchestration.ingest.x12 import rows_of
from orchestration.ingest.x12_rows import Envelopes, UnreadableX12Error


class FileReader:
    """Reads files one after the other, and knows what is loaded or was read before.

    Args:
        files: the rows of raw.files by path.
        contents: the loaded contents by kind, extract and hash.
    """

    def __init__(
        self,
        contract: Mapping[str, Extract],
        releases: Sequence[Release],
        files: Mapping[str, FileRecord],
        contents: Mapping[tuple[str, str | None, str], Content],
    ) -> None:
        self._contract = contract
        self._releases = {(one.kind, one.sha256): one for one in releases if one.level == FILE}
        self._files = files
        self._contents = dict(contents)

    def read(self, file: LandingFile) -> Iterator[Rows | Outcome]:
        """Yield what a file brings to raw: its rows, in portions, and its outcome at the end.

        Rows before an outcome that says quarantined are not to be kept.

        Raises:
            LoadError: it cannot be read, or changes meanwhile.
        """
        started = time.perf_counter()
        known = self._files.get(file.file)
        with naming(file.file):
            for read in self._read(file):
                if isinstance(read, Rows):
                    yield read
                    continue
                is_other = known is not None and known.sha256 != read.record.sha256
                yield replace(
                    read,
                    is_recorded=known == read.record,
                    is_replaced=is_other and known.status == LOADED,
                    seconds=time.perf_counter() - started,
                )

    def _read(self, file: LandingFile) -> Iterator[Rows | Outcome]:
        record = FileRecord(
            file=file.file,
            sha256=None,
            kind=file.kind,
            extract=file.extract,
            extract_date=file.extract_date,
            status=LOADED,
            reason=None,
            rows_read=0,
            byte_count=None,
        )
        if file.place_problem is not None:
            yield Outcome(replace(record, status=QUARANTINED, reason=file.place_problem))
            return
        before = _versions(file)
        record = replace(record, byte_count=before[0].byte_count)
        try:
            found = fingerprint(file.path, file.kind)
            record = replace(record, sha256=found.sha256 if found else None)
            release = self._releases.get((file.kind, record.sha256))
            if file.name_problem is not None:
                if release is None:
                    raise UnreadableFileError(file.name_problem)
                day = release.extract_date
                record = replace(record, extract=release.extract, extract_date=day)
            if found is None:
                raise UnreadableFileError("The file cannot be decompressed.")
            if file.source is not None:
                record = replace(record, sha256=file.source.identity(found))
            content = self._contents.get(_content_key(record))
            if content is not None:
                outcome = Outcome(
                    replace(record, rows_read=content.rows_read, reason=content.reason)
                )
            elif file.kind == CSV:
                outcome = yield from self._csv(file, found, record)
            else:
                outcome = yield from self._x12(file, found, record)
        except UnreadableFileError as problem:
            outcome = Outcome(replace(record, status=QUARANTINED, reason=str(problem)))
        if _versions(file) != before:
            raise LoadError.changed(file.file)
        if outcome.is_new:
            known = Content(outcome.record.rows_read, outcome.record.reason)
            self._contents[_content_key(outcome.record)] = known
        yield outcome

    def _csv(self, file: LandingFile, found: Fingerprint, record: FileRecord) -> Iterator[Rows]:
        rows_read = rejected_rows = 0
        with self._reader(file, found, record.extract) as reader:
            for batch in reader.batches():
                yield from arrow_rows.csv_rows(record.extract, record.sha256, reader, batch)
                rows_read += len(batch.rows) + len(batch.rejected)
                rejected_rows += len(batch.rejected)
            if file.source is not None:
                mapping = file.source.mapping
                made_with = (mapping.name, mapping.sha256, found.sha256)
                yield from arrow_rows.mapped_rows(
                    record.sha256, record.extract, made_with, outcomes(reader, rows_read)
                )
        return Outcome(
            replace(record, rows_read=rows_read), is_new=True, rejected_rows=rejected_rows
        )

    @contextlib.contextmanager
    def _reader(
        self, file: LandingFile, found: Fingerprint, extract: str
    ) -> Iterator[CsvReader | MappedReader | JoinedReader]:
        if file.source is not None:
            with file.source.reader(found) as reader:
                yield reader
        else:
            with open_text(file.path, found.is_utf8) as text:
                yield CsvReader(text, self._contract[extract])

    def _x12(self, file: LandingFile, found: Fingerprint, record: FileRecord) -> Iterator[Rows]:
        result = Envelopes(is_released=(X12, found.sha256) in self._releases)
        try:
            with open_x12(file.path, found.is_utf8) as text:
                yield from arrow_rows.x12_rows(record.sha256, rows_of(text, result))
        except UnreadableX12Error as problem:
            raise UnreadableFileError(str(problem)) from None
        note = " ".join(result.notes) or None
        return Outcome(
            replace(record, rows_read=result.set_count, reason=note),
            is_new=True,
            rejected_rows=result.rejected_count,
        )


class _Version(NamedTuple):
    """What changes when a file does. `byte_count` is its size as it lies there."""

    inode: int
    byte_count: int
    modified_ns: int


def _versions(file: LandingFile) -> list[_Version]:
    """Of every file that is read for it, its own first."""
    paths = [file.path] if file.source is None else file.source.paths
    states = (path.stat() for path in paths)
    return [_Version(one.st_ino, one.st_size, one.st_mtime_ns) for one in states]


def _content_key(record: FileRecord) -> tuple[str, str | None, str]:
    return record.kind, record.extract, record.sha256
