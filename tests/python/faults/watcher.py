"""`python -m faults.watcher FILE`: looks at a published file until standard input ends.

Says a line for each state that it meets: the fingerprint of all rows of all tables, or what went
wrong. A file that takes the name, or is written to, is read whole; between these the file is
opened anew all the time, as a reader does.
"""

import hashlib
import select
import sys
import time
from pathlib import Path

import duckdb

_SECONDS_BETWEEN_OPENINGS = 0.2
_SECONDS_BETWEEN_LOOKS = 0.001


def fingerprint(file: Path) -> str:
    """A hash over every row of every table of a published file, whatever the order of rows."""
    with duckdb.connect(str(file), read_only=True) as reader:
        return hashlib.md5(repr(hashes(reader)).encode()).hexdigest()


def hashes(reader: duckdb.DuckDBPyConnection) -> dict[str, tuple[int, int]]:
    """Rows of every table, and the sum of their hashes, by schema and name."""
    tables = reader.sql(
        "select schema_name || '.' || table_name from duckdb_tables() order by all"
    ).fetchall()
    # `one` is the row as a struct.
    parts = [
        f"select '{name}' as name, count(*) as rows, sum(hash(one)) as hash from {name} as one"
        for (name,) in tables
    ]
    found = reader.sql(" union all ".join(parts) + " order by name").fetchall()
    return {name: (rows, total) for name, rows, total in found}


def main() -> int:
    file = Path(sys.argv[1])
    known, opened, last = None, 0.0, ""
    while not select.select([sys.stdin], [], [], _SECONDS_BETWEEN_LOOKS)[0]:
        try:
            status = file.stat()
            version = (status.st_ino, status.st_size, status.st_mtime_ns)
            if version != known:
                state, known = fingerprint(file), version
            elif time.monotonic() - opened > _SECONDS_BETWEEN_OPENINGS:
                with duckdb.connect(str(file), read_only=True) as reader:
                    reader.sql("select count(*) from quality.load_log").fetchall()
                opened = time.monotonic()
                continue
            else:
                continue
        except (OSError, duckdb.Error) as error:
            state = f"unreadable: {type(error).__name__}: {error}"
        if state != last:
            print(state, flush=True)
            last = state
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
