"""`python -m small_night SECONDS`: a job named nightly as Dagster's daemon runs it, with one step.

A helper of test_daemon. Says when it is in the step, then what failed. Settings are the BILLING_*
variables.
"""

import os
import sys
import time

import dagster

from orchestration.assets.raw import POOL
from orchestration.executor import only_run_executor
from orchestration.failures import failure_lines
from orchestration.instance import dagster_home
from orchestration.settings import Settings


@dagster.op(pool=POOL)
def step() -> None:
    print("in the step", flush=True)
    time.sleep(float(os.environ["STEP_SECONDS"]))


def night() -> dagster.JobDefinition:
    executor = only_run_executor(Settings.from_environment())
    return dagster.GraphDefinition(name="nightly", node_defs=[step]).to_job(executor_def=executor)


def main() -> int:
    from small_night import night  # by its name, under which Dagster finds it

    home = str(dagster_home(Settings.from_environment()))
    with dagster.DagsterInstance.from_config(home) as instance:
        job = dagster.reconstructable(night)
        with dagster.execute_job(job, instance, raise_on_error=False) as result:
            print(result.run_id, *failure_lines(result.all_events, names_files=False), sep="\n")
            return int(not result.success)


if __name__ == "__main__":
    os.environ["STEP_SECONDS"] = sys.argv[1]
    raise SystemExit(main())
