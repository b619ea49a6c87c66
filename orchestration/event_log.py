"""Dagster's record of events in SQLite, with connections that stay open between two events.

Belongs here: how the files are opened and how often the disk is asked to flush. Does not belong
here: what is kept in them, which is Dagster's, and where they lie (orchestration.instance).

A night has four thousand events. Dagster opens a file anew for each and closes it, whereby SQLite
flushes it to disk several times: a third of an empty night, and more on a busy disk.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dagster._core.storage.event_log.sqlite.sqlite_event_log import (
    INDEX_SHARD_NAME,
    SqliteEventLogStorage,
)
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, create_engine, event


class OpenEventLog(SqliteEventLogStorage):
    """Keeps the file of all runs open, and that of the run which was asked for last.

    A power cut may lose the last events of a run; never the file, nor one that the next can read.
    """

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: dict[str, Engine] = {}
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Any
    ) -> "OpenEventLog":
        """Make one from its section of dagster.yaml."""
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock, self._engine(shard).begin() as connection:
            yield connection

    def _engine(self, shard: str) -> Engine:
        if shard not in self._engines:
            for other in self._engines.keys() - {INDEX_SHARD_NAME}:
                self._engines.pop(other).dispose()
            engine = create_engine(
                self.conn_string_for_shard(shard),
                pool_size=1,
                connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS},
            )
            event.listen(engine, "connect", _flush_at_checkpoints)
            self._initdb(engine)
            self._engines[shard] = engine
        return self._engines[shard]

    def dispose(self) -> None:
        """Let go of the files."""
        super().dispose()
        with self._db_lock:
            while self._engines:
                self._engines.popitem()[1].dispose()


def _flush_at_checkpoints(connection: Any, _: object) -> None:
    # With a write-ahead log, which Dagster's files have, SQLite is then still never inconsistent.
    connection.execute("pragma synchronous = normal")
