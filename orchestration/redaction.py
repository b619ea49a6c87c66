"""What a step may say when it fails: Dagster stores the message of an error and everybody reads it.

Belongs here: which errors are this project's own, and what is told of any other. Does not belong
here: the wording of an error that is known (the module that raises it).
"""

import traceback
from collections.abc import Callable
from typing import TypeVar

import duckdb

from orchestration.dbt_project import DbtError
from orchestration.ingest import LoadError
from orchestration.publish import PublishError
from orchestration.retry import can_pass
from orchestration.settings import SettingsError
from orchestration.warehouse import disk_problem

T = TypeVar("T")

_OWN_ERRORS = (DbtError, LoadError, PublishError, SettingsError)


class StepError(Exception):
    """Something unforeseen: its class and the lines that led to it, or what the disk said."""


def without_values(work: Callable[[], T]) -> T:
    """Do the work of a step and return what it returns.

    Dagster keeps an error with those that it was raised from or among: none of them goes along.
    What they said of trying again stays, as `can_pass`.

    Raises:
        DbtError, LoadError, PublishError, SettingsError: as the work raises them.
        StepError: in the place of any other error, whose message may quote a row.
    """
    try:
        return work()
    except _OWN_ERRORS as error:
        told: Exception = error
        told.can_pass = can_pass(error)
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)
        places = "".join(f"\n  {one.filename}:{one.lineno} in {one.name}" for one in frames)
        problem = disk_problem(str(error)) if isinstance(error, duckdb.Error) else None
        told = StepError(f"{problem}." if problem else f"{type(error).__name__} at{places}")
        told.can_pass = can_pass(error)
    told.__cause__ = told.__context__ = None
    raise told
