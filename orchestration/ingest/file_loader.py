"""Bringing schema raw up to date with one file, in a transaction of its own.

Belongs here: what is new and what is known. Does not belong here: the order of files and what is
reported (load), how a file is read (csv_reader, x12) or written (store).

Every run hashes every file. Remembering size and modification time instead would save about a
second per gigabyte, and would miss a file that was replaced under a kept time stamp.
"""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import duckdb

from orchestration.ingest import store
from orchestration.ingest.contract import Extract
from orchestration.ingest.csv_reader import CsvReader
from orchestration.ingest.discovery import (
    BROKEN_GZIP,
    CSV,
    X12,
    Fingerprint,
    LandingFile,
    fingerprint,
    open_content,
    open_text,
)
from orchestration.ingest.errors import LoadError, UnreadableFileError
from orchestration.ingest.mapping.columns import MappedReader
from orchestration.ingest.mapping.sources import outcomes
from orchestration.ingest.mapping.tables import JoinedReader
from orchestration.ingest.releases import FILE, Release
from orchestration.ingest.summary import LOADED, QUARANTINED, Outcome
from orchestration.ingest.x12 import read_envelopes
from orchestration.warehouse import disk_problem


class FileLoader:
    """Loads files, one transaction each, and knows what is loaded already."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        contract: dict[str, Extract],
        releases: Sequence[Release],
    ) -> None:
        self._connection = connection
        self._releases = {(one.kind, one.sha256): one for one in releases if one.level == FILE}
        self._contract = contract
        self._files = store.known_files(connection)
        self._contents = store.known_contents(connection)

    def load(self, file: LandingFile) -> Outcome:
        """Bring raw up to date with one file."""
        known = self._files.get(file.file)
        try:
            outcome = self._load(file)
        except BROKEN_GZIP:
            raise _changed(file) from None
        except OSError as error:
            problem = error.strerror or type(error).__name__
            raise LoadError(f"{file.file} cannot be read: {problem}.") from None
        except (duckdb.IOException, duckdb.OutOfMemoryException) as error:
            raise LoadError(f"{file.file} cannot be stored: {error}") from None
        except duckdb.Error as error:
            # Any other message may quote a value.
            problem = disk_problem(str(error)) or f"DuckDB {type(error).__name__}"
            raise LoadError(f"{file.file} cannot be stored: {problem}.") from None
        is_replaced = (
            known is not None and known.status == LOADED and known.sha256 != outcome.record.sha256
        )
        return replace(outcome, is_replaced=is_replaced)

    def _load(self, file: LandingFile) -> Outcome:
        record = store.FileRecord(
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
            return self._put(replace(record, status=QUARANTINED, reason=file.place_problem))
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
            if content is None:
                return self._load_new(file, found, record, before)
            record = replace(record, rows_read=content.rows_read, reason=content.reason)
        except UnreadableFileError as problem:
            record = replace(record, status=QUARANTINED, reason=str(problem))
        _check_unchanged(file, before)
        return self._put(record)

    def _put(self, record: store.FileRecord) -> Outcome:
        if self._files.get(record.file) != record:
            store.put_file(self._connection, record)
            self._files[record.file] = record
        return Outcome(record)

    def _load_new(
        self, file: LandingFile, found: Fingerprint, record: store.FileRecord, before: "_Versions"
    ) -> Outcome:
        self._connection.begin()
        try:
            if file.kind == CSV:
                rows_read, rejected_rows = self._insert_csv(file, found, record)
                note = None
            else:
                rows_read, rejected_rows, note = self._insert_x12(file, found)
            _check_unchanged(file, before)
            record = replace(record, rows_read=rows_read, reason=note)
            store.put_content(self._connection, record)
            store.put_file(self._connection, record)
            self._connection.commit()
        except BaseException:
            with contextlib.suppress(duckdb.Error):  # the first error is the one to tell
                self._connection.rollback()
            raise
        self._contents[_content_key(record)] = store.Content(rows_read, note)
        self._files[record.file] = record
        return Outcome(record, is_new=True, rejected_rows=rejected_rows)

    def _insert_csv(
        self, file: LandingFile, found: Fingerprint, record: store.FileRecord
    ) -> tuple[int, int]:
        rows_read = rejected_rows = 0
        with self._reader(file, found, record.extract) as reader:
            for batch in reader.batches():
                store.put_csv_batch(self._connection, record.extract, record.sha256, reader, batch)
                rows_read += len(batch.rows) + len(batch.rejected)
                rejected_rows += len(batch.rejected)
            if file.source is not None:
                mapping = file.source.mapping
                store.put_mapped_rows(
                    self._connection,
                    record,
                    (mapping.name, mapping.sha256, found.sha256),
                    outcomes(reader, rows_read),
                )
        return rows_read, rejected_rows

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

    def _insert_x12(self, file: LandingFile, found: Fingerprint) -> tuple[int, int, str | None]:
        with open_content(file.path) as stream:
            is_released = (X12, found.sha256) in self._releases
            envelopes = read_envelopes(stream.read(), is_released)
        if envelopes.quarantine_reason is not None:
            raise UnreadableFileError(envelopes.quarantine_reason)
        sets = envelopes.transaction_sets
        store.put_interchanges(self._connection, found.sha256, envelopes.interchanges)
        store.put_transaction_sets(self._connection, found.sha256, sets)
        rejected_sets = sum(one.frame_error is not None for one in sets)
        return len(sets), rejected_sets, " ".join(envelopes.notes) or None


class _Version(NamedTuple):
    """What changes when a file does. `byte_count` is its size as it lies there."""

    inode: int
    byte_count: int
    modified_ns: int


_Versions = list[_Version]


def _versions(file: LandingFile) -> _Versions:
    """Of every file that is read for it, its own first."""
    paths = [file.path] if file.source is None else file.source.paths
    states = (path.stat() for path in paths)
    return [_Version(one.st_ino, one.st_size, one.st_mtime_ns) for one in states]


def _check_unchanged(file: LandingFile, before: _Versions) -> None:
    if _versions(file) != before:
        raise _changed(file)


def _content_key(record: store.FileRecord) -> tuple[str, str | None, str]:
    return record.kind, record.extract, record.sha256


def _changed(file: LandingFile) -> LoadError:
    error = LoadError(f"{file.file} changed while it was read: run again when it is complete.")
    error.can_pass = True  # it is still being written
    return error
