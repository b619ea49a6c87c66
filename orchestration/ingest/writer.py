"""Writing what was read to schema raw: many files in one transaction, a large one in its own.

Belongs here: transactions. Does not belong here: how much is in one (batches), the SQL (store).

Every transaction leaves whole files, so that a load that was stopped at any instant goes on with
the next file. Where a batch cannot be written, its files are written one by one: those before the
one that cannot are loaded, and the error names it.
"""

import contextlib
from collections.abc import Iterable, Iterator, Sequence

import duckdb

from orchestration.ingest import store
from orchestration.ingest.arrow_rows import Rows
from orchestration.ingest.batches import Batch, Part, ReadFile
from orchestration.ingest.errors import naming
from orchestration.ingest.partitions import Partitions
from orchestration.ingest.summary import LOADED


class Writer:
    """Writes to one connection; what was read of files, to partitions where there are such."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, partitions: Partitions | None = None
    ) -> None:
        self._connection = connection
        self._partitions = partitions
        self._has_part = False  # a transaction is open

    def write(self, read: Batch | Part) -> None:
        """Write a batch of files, or a part of one.

        Raises:
            LoadError: a file cannot be stored; those before it are.
        """
        if isinstance(read, Part):
            with naming(read.file):
                self._write_part(read)
        elif self._has_part:
            self._write_end(*read)
        else:
            self._write_batch(read)

    def abandon(self) -> None:
        """Undo the parts of a file that did not come to its end."""
        if self._has_part:
            self._rollback()

    def _write_part(self, part: Part) -> None:
        if not self._has_part:
            self._connection.begin()
            self._has_part = True
        self._put_rows(part.rows)

    def _write_end(self, one: ReadFile) -> None:
        if one.outcome.record.status != LOADED:
            self._rollback()
            self._write_batch([one])
            return
        with naming(one.outcome.record.file):
            self._put([one])
            self._connection.commit()
        self._has_part = False

    def _write_batch(self, batch: Batch) -> None:
        try:
            with self._transaction():
                self._put(batch)
        except duckdb.Error:
            for one in batch:
                with naming(one.outcome.record.file), self._transaction():
                    self._put([one])

    def _put(self, batch: Sequence[ReadFile]) -> None:
        outcomes = [one.outcome for one in batch]
        loaded = (one for one in batch if one.outcome.record.status == LOADED)
        self._put_rows(rows for one in loaded for rows in one.rows)
        store.put_contents(self._connection, [one.record for one in outcomes if one.is_new])
        store.put_files(self._connection, [one.record for one in outcomes if not one.is_recorded])

    def _put_rows(self, rows: Iterable[Rows]) -> None:
        store.put_rows(self._connection, rows, self._partitions)

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.begin()
        try:
            yield
            self._connection.commit()
        except BaseException:
            self._rollback()
            raise

    def _rollback(self) -> None:
        self._has_part = False
        with contextlib.suppress(duckdb.Error):  # the first error is the one to tell
            self._connection.rollback()
