"""What a failed step may say."""

import duckdb
import pytest
from dagster._utils.error import serializable_error_info_from_exc_info

from orchestration.ingest import LoadError
from orchestration.redaction import StepError, without_values
from orchestration.warehouse import disk_problem


def stored(work) -> str:
    """What Dagster would store of the error of a work."""
    try:
        without_values(work)
    except Exception as error:
        return repr(
            serializable_error_info_from_exc_info((type(error), error, error.__traceback__))
        )
    raise AssertionError("The work did not fail.")


def unforeseen() -> None:
    try:
        raise ValueError("ZZCANARY inner")
    except ValueError as error:
        raise KeyError("ZZCANARY outer") from error


def own() -> None:
    try:
        unforeseen()
    except KeyError as error:
        raise LoadError("visits.csv cannot be stored.") from error


def test_of_an_unforeseen_error_its_class_and_place_are_told() -> None:
    with pytest.raises(
        StepError, match=r"^KeyError at\n(.*\n)*.*test_redaction.py:\d+ in unforeseen$"
    ):
        without_values(unforeseen)
    assert "ZZCANARY" not in stored(unforeseen)


def test_an_own_error_goes_without_the_one_it_stands_for() -> None:
    with pytest.raises(LoadError, match=r"^visits.csv cannot be stored.$"):
        without_values(own)
    assert "ZZCANARY" not in stored(own)


def test_a_work_that_does_not_fail_gives_its_result() -> None:
    assert without_values(lambda: 3) == 3


FULL = 'Could not write file "/x/warehouse.duckdb.wal": No space left on device'


@pytest.mark.parametrize(
    "message",
    [
        f"IO Error: {FULL}",
        f"TransactionContext Error: Failed to commit: {FULL}",
        "IO Error: Detached database 'published', but CHECKPOINT during DETACH failed.\n"
        'Checkpoint failed for database "published". The database has been invalidated. '
        f"Original error: {FULL}",
        f"Runtime Error in model fct_claim (models/x.sql)\n  IO Error: {FULL}\n  further lines",
    ],
)
def test_what_the_system_says_of_a_disk_is_told(message: str) -> None:
    def work() -> None:
        raise duckdb.Error(message)

    assert disk_problem(message) == FULL
    with pytest.raises(StepError, match=f"^{FULL}.$"):
        without_values(work)


def test_a_value_that_reads_like_a_word_of_the_system_is_not_told() -> None:
    value = f"Conversion Error: Could not convert string 'ZZ IO Error: {FULL}' to INT32"
    assert disk_problem(value) is None
