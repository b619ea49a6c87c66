"""How a job runs that Dagster started: in one process, which has the home to itself.

Belongs here: the executor of every job. Does not belong here: the terminal's run, which takes the
same lock before it asks anything of Dagster (orchestration.nightly).
"""

import contextlib
from collections.abc import Iterator
from typing import Any

from dagster import DagsterEvent, ExecutorDefinition, executor
from dagster._core.execution.retries import RetryMode
from dagster._core.executor.in_process import InProcessExecutor

from orchestration.dbt_project import ready_dbt
from orchestration.instance import LOCKED, end_killed_runs
from orchestration.lock import only_run
from orchestration.settings import Settings

# Dagster starts a process for each run. It holds the lock until it ends: a run that gave it back
# after its last step would look killed until Dagster has written down how it ended.
_HELD = contextlib.ExitStack()


def only_run_executor(settings: Settings) -> ExecutorDefinition:
    """Runs the steps in this process, as the only run that has the home."""

    @executor(name="only_run")
    def alone(_: Any) -> InProcessExecutor:
        return _OnlyRun(settings)

    return alone


class _OnlyRun(InProcessExecutor):
    def __init__(self, settings: Settings) -> None:
        super().__init__(RetryMode.ENABLED)
        self._settings = settings

    def execute(self, plan_context: Any, execution_plan: Any) -> Iterator[DagsterEvent]:
        """Take the lock, then do the steps; where another run has it, this one has failed.

        Raises:
            OtherRun: it has.
        """
        _HELD.enter_context(only_run(self._settings))
        instance, run_id = plan_context.instance, plan_context.dagster_run.run_id
        instance.add_run_tags(run_id, LOCKED)
        end_killed_runs(instance, but=run_id)
        with ready_dbt(self._settings):
            yield from super().execute(plan_context, execution_plan)
