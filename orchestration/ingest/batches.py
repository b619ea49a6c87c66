"""Files read in portions that fit in memory, in a thread beside the one that writes them.

Belongs here: how much is read at once, and how far ahead. Does not belong here: what is read
(file_reader), and the transactions in which it is written (writer).

A thread is enough for both cores: hashing, and DuckDB's inserts, which take about as long as all
reading together, run beside Python. Processes would have to hand every row over a second time.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple, TypeVar

from orchestration.ingest.arrow_rows import Rows
from orchestration.ingest.discovery import LandingFile
from orchestration.ingest.errors import LoadError
from orchestration.ingest.file_reader import FileReader
from orchestration.ingest.summary import Outcome

_BYTES_AT_ONCE = 32_000_000
_BYTES_IN_A_PART = 8_000_000
# So that much is told once a second, and a load that is stopped loses little.
_FILES_AT_ONCE = 1_000
_BATCHES_AHEAD = 2

T = TypeVar("T")


class ReadFile(NamedTuple):
    """A file to its end: its rows, or the last of them, and what became of it."""

    rows: list[Rows]
    outcome: Outcome


class Part(NamedTuple):
    """Rows of a large file, of which more follow; its end comes as a batch of one file."""

    file: str
    rows: list[Rows]


Batch = list[ReadFile]


def batches(files: Iterable[LandingFile], reader: FileReader) -> Iterator[Batch | Part]:
    """Read files in their order, many small ones at once and a large one in parts.

    Raises:
        LoadError: a file cannot be read; the files before it were yielded.
    """
    batch: Batch = []
    weight = 0
    for file in files:
        rows: list[Rows] = []
        size, has_parts = 0, False
        try:
            for read in reader.read(file):
                if isinstance(read, Outcome):
                    outcome = read
                    continue
                rows.append(read)
                size += read.rows.nbytes
                if size >= _BYTES_IN_A_PART:
                    if batch:
                        yield batch
                        batch, weight = [], 0
                    yield Part(file.file, rows)
                    rows, size, has_parts = [], 0, True
        except LoadError:
            if batch:
                yield batch
            raise
        batch.append(ReadFile(rows, outcome))
        # What is known has no rows, and takes time for its bytes all the same.
        weight += max(size, outcome.record.byte_count or 0)
        if has_parts or weight >= _BYTES_AT_ONCE or len(batch) >= _FILES_AT_ONCE:
            yield batch
            batch, weight = [], 0
    if batch:
        yield batch


def ahead(items: Iterator[T]) -> Iterator[T]:
    """Yield the items while a thread makes the next few."""
    with ThreadPoolExecutor(1, "reading") as thread:
        coming: deque[Future[T | None]] = deque()
        try:
            while True:
                while len(coming) < _BATCHES_AHEAD:
                    coming.append(thread.submit(next, items, None))
                item = coming.popleft().result()
                if item is None:
                    return
                yield item
        finally:
            thread.shutdown(cancel_futures=True)
