"""Trying a step again where waiting may help: a locked warehouse, a hiccup of the disk.

Belongs here: which errors can pass, and how long to wait. Does not belong here: checks that are not
met, settings that are wrong, a disk that is full; waiting mends none of them.
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb
from dagster import RetryRequested

PAUSES_SECONDS = (2, 10, 30)

_PASSING = (
    errno.EAGAIN,
    errno.EBUSY,
    errno.EINTR,
    errno.EIO,
    errno.ENOLCK,
    errno.ESTALE,
    errno.ETIMEDOUT,
)
# DuckDB has no number for what the system said.
_TEXTS = ("Could not set lock on file", *map(os.strerror, _PASSING))


def can_pass(error: BaseException) -> bool:
    """Whether the same step may do, when it is run again in a minute.

    The project's own errors say so, or were raised in the place of one that can pass.
    """
    if getattr(error, "can_pass", False):
        return True
    return any(
        (isinstance(one, OSError) and one.errno in _PASSING)
        or (isinstance(one, duckdb.IOException) and says_it_can_pass(str(one)))
        for one in (error, error.__context__)
    )


def says_it_can_pass(text: str) -> bool:
    """Whether that is what DuckDB says of a file when waiting may help."""
    return any(one in text for one in _TEXTS)


@contextmanager
def retried(context: Any) -> Iterator[None]:
    """Have the step of a context run again where its error can pass, at most three times."""
    try:
        yield
    except Exception as error:
        number = context.retry_number
        if not can_pass(error):
            raise
        if number < len(PAUSES_SECONDS):
            pause = PAUSES_SECONDS[number]
            print(f"{type(error).__name__}: trying again in {pause} s", flush=True)
        else:
            pause = 0
        # Dagster stores the cause; it tells it, too, when the last try failed as well.
        raise RetryRequested(len(PAUSES_SECONDS), pause) from error
