"""What is tried again: what can pass, three times at most, and nothing else."""

import errno
import os
from types import SimpleNamespace

import dagster
import duckdb
import pytest

from orchestration import retry
from orchestration.assets.models import _keep_result, judged
from orchestration.dbt_project import DbtError
from orchestration.ingest.errors import LoadError
from orchestration.publish import PublishError
from orchestration.redaction import without_values

LOCK = 'Could not set lock on file "w": Conflicting lock is held in ZZCANARY (PID 7)'


def raised(error: Exception, instead_of: Exception | None = None) -> Exception:
    """An error as its place raises it, with what it knows of the one it stands for."""
    try:
        try:
            if instead_of is not None:
                raise instead_of
        except type(instead_of):
            raise error from None
        raise error
    except type(error) as caught:
        return caught


def of_system(number: int) -> OSError:
    return OSError(number, os.strerror(number), "ZZCANARY")


def passing() -> LoadError:
    error = LoadError("a.csv changed while it was read.")
    error.can_pass = True
    return error


@pytest.mark.parametrize(
    ("error", "told", "is_tried_again"),
    [
        (of_system(errno.EIO), "StepError", True),
        (duckdb.IOException(LOCK), "StepError", True),
        (raised(LoadError("in use"), duckdb.IOException(LOCK)), "LoadError", True),
        (raised(PublishError("disk"), of_system(errno.EIO)), "PublishError", True),
        (passing(), "LoadError", True),
        (of_system(errno.ENOSPC), "StepError", False),
        (raised(PublishError("disk"), of_system(errno.ENOSPC)), "PublishError", False),
        (duckdb.IOException("No space left on device ZZCANARY"), "StepError", False),
        (LoadError("The landing folder does not exist."), "LoadError", False),
        (raised(LoadError("no"), of_system(errno.EACCES)), "LoadError", False),
        (raised(PublishError("no column"), duckdb.CatalogException("x")), "PublishError", False),
        # The value of a row may say anything.
        (duckdb.ConversionException(f"ZZCANARY {LOCK}"), "StepError", False),
        (ValueError(f"ZZCANARY {LOCK}"), "StepError", False),
    ],
)
def test_only_what_can_pass_is_tried_again_and_no_value_is_stored(
    monkeypatch: pytest.MonkeyPatch, error: Exception, told: str, is_tried_again: bool
) -> None:
    monkeypatch.setattr(retry, "PAUSES_SECONDS", (0, 0, 0))
    tries = []

    def fail() -> None:
        raise error

    @dagster.op
    def step(context: dagster.OpExecutionContext) -> None:
        tries.append(context.retry_number)
        with retry.retried(context):
            without_values(fail)

    @dagster.job
    def night() -> None:
        step()

    with dagster.DagsterInstance.ephemeral() as instance:
        result = night.execute_in_process(instance=instance, raise_on_error=False)
        stored = repr(instance.all_logs(result.run_id))
    assert not result.success
    assert tries == ([0, 1, 2, 3] if is_tried_again else [0])
    (failure,) = [one for one in result.all_events if one.event_type_value == "STEP_FAILURE"]
    last = failure.event_specific_data.error
    assert (last.cause or last).cls_name == told
    assert "ZZCANARY" not in stored


def test_what_passed_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "PAUSES_SECONDS", (0, 0, 0))

    @dagster.op
    def step(context: dagster.OpExecutionContext) -> None:
        with retry.retried(context):
            if context.retry_number < 2:
                raise of_system(errno.EIO)

    @dagster.job
    def night() -> None:
        step()

    assert night.execute_in_process(raise_on_error=False).success


def of_dbt(number: int, text: str) -> SimpleNamespace:
    """What dbt says of a model that it could not build."""
    node = {"unique_id": f"model.p.m{number}"}
    event = {"info": {"name": "RunResultError"}, "data": {"msg": text, "node_info": node}}
    return SimpleNamespace(is_result_event=False, raw_event=event)


@pytest.mark.parametrize(
    ("texts", "is_tried_again"),
    [
        (["Runtime Error in model x (p)\n  IO Error: Could not set lock on file"], True),
        (["Runtime Error in model x (p)\n  IO Error: No space left on device"], False),
        (
            [
                "Runtime Error in model x (p)\n  IO Error: Input/output error",
                "Runtime Error in model y (p)\n  Catalog Error: z",
            ],
            False,
        ),
        ([f"Runtime Error in model x (p)\n  Conversion Error: ZZCANARY {LOCK}"], False),
    ],
)
def test_a_build_that_only_the_disk_kept_from_is_tried_again(
    texts: list[str], is_tried_again: bool
) -> None:
    found = {}
    for number, text in enumerate(texts):
        _keep_result(of_dbt(number, text), found)
    with pytest.raises(DbtError) as caught:
        judged("core", found.values(), 1)
    assert retry.can_pass(caught.value) == is_tried_again
    assert "ZZCANARY" not in str(caught.value) + repr(found)
