"""Loading the landing folder into schema raw, each file in one transaction of its own.

Belongs here: the order of things, what is new and what is known, and what is reported. Does not
belong here: how a file is read (csv_reader, x12) or written (store).

Every run hashes every file. Remembering size and modification time instead would save about a
second per gigabyte, and would miss a file that was replaced under a kept time stamp.
"""

import codecs
import contextlib
import io
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import duckdb

from orchestration.ingest import store
from orchestration.ingest.contract import Extract, read_contract
from orchestration.ingest.csv_reader import CsvReader, UnreadableFileError
from orchestration.ingest.discovery import (
    BROKEN_GZIP,
    CSV,
    X12,
    Fingerprint,
    LandingFile,
    discover,
    fingerprint,
    open_content,
)
from orchestration.ingest.errors import LoadError
from orchestration.ingest.x12 import read_envelopes
from orchestration.settings import Settings

LOADED, QUARANTINED = "loaded", "quarantined"

_SECONDS_BETWEEN_REPORTS = 1.0


@dataclass(frozen=True)
class KindSummary:
    """Counts of one load for one kind of file.

    `files` are all in the landing folder; of these `new_files` were loaded now,
    `quarantined_files` are unusable, and the rest was known. `new_rows` are the records (CSV) or
    transaction sets (X12) of the new files, unreadable ones included: `new_quarantined_rows`.
    """

    files: int = 0
    new_files: int = 0
    quarantined_files: int = 0
    new_rows: int = 0
    new_quarantined_rows: int = 0


@dataclass(frozen=True)
class LoadSummary:
    """Counts of one load; it never holds rows or values."""

    csv: KindSummary
    x12: KindSummary
    seconds: float


@dataclass(frozen=True)
class _Outcome:
    """What became of a file: its row of raw.files, and what it brought to raw now."""

    record: store.FileRecord
    is_new: bool = False
    rejected_rows: int = 0


def prepare(settings: Settings) -> None:
    """Create the tables of schema raw that are missing, and write the settings of this run.

    Raises:
        LoadError: the warehouse cannot be opened for writing.
        SettingsError: the pseudonym key cannot be read or made.
    """
    contract = read_contract()
    key = settings.pseudonym_key()
    with store.open_warehouse(settings) as connection:
        connection.begin()
        store.create_tables(connection, contract)
        store.replace_run_settings(connection, settings.as_of, key)
        connection.commit()


def load_landing(settings: Settings, report: Callable[[str], object] = print) -> LoadSummary:
    """Load what is new in the landing folder, after `prepare`.

    Every file is loaded in a transaction of its own: a load that was stopped at any instant ends,
    when it is run again, as if it had not been stopped. `report` gets a line for each file that
    goes to quarantine, about one a second for the others, and one at the end; never a value.

    Raises:
        LoadError: the landing folder or a file cannot be read, a file changes while it is read,
            or the warehouse cannot be opened for writing. Files before it are loaded.
        SettingsError: the pseudonym key cannot be read or made.
    """
    started = time.monotonic()
    contract = read_contract()
    files = discover(settings.landing, contract)
    prepare(settings)
    counts = {CSV: KindSummary(), X12: KindSummary()}
    with store.open_warehouse(settings) as connection:
        loader = _Loader(connection, contract)
        reported = started
        for number, file in enumerate(files, start=1):
            file_started = time.monotonic()
            outcome = loader.load(file)
            counts[file.kind] = _added(counts[file.kind], outcome)
            now = time.monotonic()
            is_quarantined = outcome.record.status == QUARANTINED
            if is_quarantined or (outcome.is_new and now - reported >= _SECONDS_BETWEEN_REPORTS):
                what = _described(outcome)
                seconds = now - file_started
                report(f"file {number} of {len(files)}: {file.file}: {what}, {seconds:.1f} s")
                reported = now
    summary = LoadSummary(counts[CSV], counts[X12], time.monotonic() - started)
    report(_total(summary))
    return summary


class _Loader:
    """Loads files, one transaction each, and knows what is loaded already."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, contract: dict[str, Extract]) -> None:
        self._connection = connection
        self._contract = contract
        self._files = store.known_files(connection)
        self._contents = store.known_contents(connection)

    def load(self, file: LandingFile) -> _Outcome:
        """Bring raw up to date with one file."""
        try:
            return self._load_unchanging(file)
        except BROKEN_GZIP:
            raise _changed(file) from None
        except OSError as error:
            problem = error.strerror or type(error).__name__
            raise LoadError(f"{file.file} cannot be read: {problem}.") from None
        except (duckdb.IOException, duckdb.OutOfMemoryException) as error:
            raise LoadError(f"{file.file} cannot be stored: {error}") from None
        except duckdb.Error as error:
            # Its message may quote a value.
            problem = type(error).__name__
            raise LoadError(f"{file.file} cannot be stored: DuckDB {problem}.") from None

    def _load_unchanging(self, file: LandingFile) -> _Outcome:
        before = _version(file.path)
        found = fingerprint(file.path)
        record = store.FileRecord(
            file=file.file,
            sha256=found.sha256 if found else None,
            kind=file.kind,
            extract=file.extract,
            extract_date=file.extract_date,
            status=LOADED,
            reason=None,
            rows_read=0,
            byte_count=found.byte_count if found else None,
        )
        if file.name_problem is not None:
            return self._quarantine(record, file.name_problem)
        if found is None:
            return self._quarantine(record, "The file cannot be decompressed.")
        content = self._contents.get(_content_key(record))
        if content is not None:
            record = replace(record, rows_read=content.rows_read, reason=content.reason)
            self._put_if_other(record)
            return _Outcome(record)
        try:
            return self._load_new(file, found, record, before)
        except UnreadableFileError as problem:
            return self._quarantine(record, str(problem))

    def _load_new(
        self, file: LandingFile, found: Fingerprint, record: store.FileRecord, before: tuple
    ) -> _Outcome:
        self._connection.begin()
        try:
            if file.kind == CSV:
                rows_read, rejected_rows = self._insert_csv(file, found)
                note = None
            else:
                rows_read, rejected_rows, note = self._insert_x12(file, found)
            if _version(file.path) != before:
                raise _changed(file)
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
        return _Outcome(record, is_new=True, rejected_rows=rejected_rows)

    def _insert_csv(self, file: LandingFile, found: Fingerprint) -> tuple[int, int]:
        rows_read = rejected_rows = 0
        with open_content(file.path) as stream:
            encoding = _encoding(stream, found.is_utf8)
            text = io.TextIOWrapper(stream, encoding=encoding, newline="")
            try:
                reader = CsvReader(text, self._contract[file.extract])
                for batch in reader.batches():
                    store.put_csv_batch(self._connection, file.extract, found.sha256, reader, batch)
                    rows_read += len(batch.rows) + len(batch.rejected)
                    rejected_rows += len(batch.rejected)
            except UnicodeDecodeError:
                raise UnreadableFileError(
                    "The file is not UTF-8, and a byte in it has no character in CP1252."
                ) from None
        return rows_read, rejected_rows

    def _insert_x12(self, file: LandingFile, found: Fingerprint) -> tuple[int, int, str | None]:
        with open_content(file.path) as stream:
            envelopes = read_envelopes(stream.read())
        if envelopes.quarantine_reason is not None:
            raise UnreadableFileError(envelopes.quarantine_reason)
        sets = envelopes.transaction_sets
        store.put_interchanges(self._connection, found.sha256, envelopes.interchanges)
        store.put_transaction_sets(self._connection, found.sha256, sets)
        rejected_sets = sum(one.frame_error is not None for one in sets)
        return len(sets), rejected_sets, " ".join(envelopes.notes) or None

    def _quarantine(self, record: store.FileRecord, reason: str) -> _Outcome:
        record = replace(record, status=QUARANTINED, reason=reason)
        self._put_if_other(record)
        return _Outcome(record)

    def _put_if_other(self, record: store.FileRecord) -> None:
        if self._files.get(record.file) != record:
            store.put_file(self._connection, record)
            self._files[record.file] = record


def _version(path: Path) -> tuple[int, int, int]:
    status = path.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns


def _content_key(record: store.FileRecord) -> tuple[str, str | None, str]:
    return record.kind, record.extract, record.sha256


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


def _changed(file: LandingFile) -> LoadError:
    return LoadError(f"{file.file} changed while it was read: run again when it is complete.")


def _added(counts: KindSummary, outcome: _Outcome) -> KindSummary:
    record = outcome.record
    return KindSummary(
        files=counts.files + 1,
        new_files=counts.new_files + outcome.is_new,
        quarantined_files=counts.quarantined_files + (record.status == QUARANTINED),
        new_rows=counts.new_rows + (record.rows_read if outcome.is_new else 0),
        new_quarantined_rows=counts.new_quarantined_rows + outcome.rejected_rows,
    )


def _described(outcome: _Outcome) -> str:
    record = outcome.record
    if record.status == QUARANTINED:
        return f"quarantined: {record.reason}"
    unit = "rows" if record.kind == CSV else "transaction sets"
    rejected = f" ({outcome.rejected_rows:,} quarantined)" if outcome.rejected_rows else ""
    return f"{record.rows_read:,} {unit}{rejected}"


def _total(summary: LoadSummary) -> str:
    csv, x12 = summary.csv, summary.x12
    quarantined = csv.quarantined_files + x12.quarantined_files
    return (
        f"loaded {csv.new_files:,} of {csv.files:,} CSV files ({csv.new_rows:,} rows) and "
        f"{x12.new_files:,} of {x12.files:,} X12 files ({x12.new_rows:,} transaction sets); "
        f"{quarantined:,} files in quarantine, the others known; {summary.seconds:.1f} s"
    )
