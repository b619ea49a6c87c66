"""What ends a load, and what only keeps a file out of it.

Belongs here: what is told of a file that cannot be read or stored. Does not belong here: any other
error's wording, which is said where it arises.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from gzip import BadGzipFile
from zlib import error as ZlibError

import duckdb

from orchestration.warehouse import disk_problem

# gzip.BadGzipFile is an OSError: where both matter, these must be caught first.
BROKEN_GZIP = (BadGzipFile, EOFError, ZlibError)


class LoadError(Exception):
    """A load that cannot go on. The message is for the terminal: it names files, never values.

    `can_pass`: the same load may do a minute later.
    """

    can_pass = False

    @classmethod
    def changed(cls, file: str) -> "LoadError":
        """Of a file that is still being written."""
        error = cls(f"{file} changed while it was read: run again when it is complete.")
        error.can_pass = True
        return error


class UnreadableFileError(Exception):
    """The whole file goes to quarantine. The message is the reason, one sentence without values."""


@contextmanager
def naming(file: str) -> Iterator[None]:
    """Have what goes wrong with a file end the load under the file's name.

    Raises:
        LoadError: in the place of what the system or the database says.
    """
    try:
        yield
    except BROKEN_GZIP:
        raise LoadError.changed(file) from None
    except OSError as error:
        problem = error.strerror or type(error).__name__
        raise LoadError(f"{file} cannot be read: {problem}.") from None
    except (duckdb.IOException, duckdb.OutOfMemoryException) as error:
        raise LoadError(f"{file} cannot be stored: {error}") from None
    except duckdb.Error as error:
        # Any other message may quote a value.
        problem = disk_problem(str(error)) or f"DuckDB {type(error).__name__}"
        raise LoadError(f"{file} cannot be stored: {problem}.") from None
