"""What failed in a run, from the events that Dagster kept of it, in lines without values.

Belongs here: the wording of failed steps and checks. Does not belong here: where it is told.
"""

from collections.abc import Iterable
from typing import Any

# Errors of this project, whose messages hold no value of a row; LoadError's name files.
_OWN = ("SettingsError", "DbtError", "PublishError", "StepError", "OtherRun", "LoadError")


def failure_lines(events: Iterable[Any], names_files: bool) -> list[str]:
    """Say which checks and steps failed, and why as far as it may be said.

    `names_files`: whether the name of a delivered file, which its sender chose, may be in them.
    """
    own = _OWN if names_files else _OWN[:-1]
    events = list(events)
    lines = [_check(event.event_specific_data) for event in events if _is_failed_check(event)]
    has_checks = bool(lines)
    for event in events:
        if event.event_type_value == "STEP_FAILURE":
            error = event.event_specific_data.error
            cause = error.cause or error
            if not (has_checks and "AssetCheck" in (cause.cls_name or "")):
                lines.append(f"step {event.step_key}: {_told(cause, own)}")
        elif event.event_type_value == "PIPELINE_FAILURE" and not lines:
            # Before its first step, or from outside; of the latter Dagster says nothing of use.
            error = event.event_specific_data and event.event_specific_data.error
            lines.append(_told(error, own) if error else "the run was killed, or did not start")
    return lines


def _is_failed_check(event: Any) -> bool:
    if event.event_type_value != "ASSET_CHECK_EVALUATION":
        return False
    evaluation = event.event_specific_data
    return evaluation.blocking and not evaluation.passed and evaluation.severity.value == "ERROR"


def _check(evaluation: Any) -> str:
    rows = evaluation.metadata.get("rows_failing")
    count = f"{rows.value:,} rows fail" if rows is not None else "it could not be judged"
    table = ".".join(evaluation.asset_key.path)
    return f"check {evaluation.check_name} of {table}: {count}. {evaluation.description or ''}"


def _told(error: Any, own: tuple[str, ...]) -> str:
    """The message of an own error; of any other its class, as it may quote a value."""
    if error.cls_name in own:
        return error.message.split(": ", 1)[-1].strip()
    return f"{error.cls_name} (run `make dev` to see the run's own record)"
