"""Commands in a process that has a session of Spark: dbt's, and a suite of expectations.

Belongs here: the session from its beginning to its end. Does not belong here: how the process is
started and asked (dbt_process, dbt_warm), and what is built or judged.

The session is dbt's, made with what profiles.yml says of the target spark. One process at a time
has it, since its catalog is a file of one. Its JVM is a process of its own, which keeps the output
that it was started with: it has ended before this one does.
"""

import contextlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

# The command that is not dbt's.
SUITE = "suite"
_NOTHING = ["--quiet", "run-operation", "register_raw", "--args", '{"statements": ["select 1"]}']


def do(arguments: Sequence[str], manifest: Any = None) -> int:
    """Do a command and return its exit code, dbt's; a suite writes its results to the terminal."""
    # Imported here, since both take seconds, and the module is imported where DuckDB builds, too.
    from dbt.cli.main import dbtRunner

    if arguments[0] != SUITE:
        result = dbtRunner(manifest=manifest).invoke(list(arguments))
        return 0 if result.success else 1 if result.exception is None else 2
    code = open_session(manifest)
    if code == 0:
        from pyspark.sql import SparkSession

        from expectations.runner import run_suite_on_spark

        found = run_suite_on_spark(SparkSession.builder.getOrCreate(), arguments[1])
        print(json.dumps([asdict(one) for one in found]), flush=True)
    return code


def open_session(manifest: Any = None) -> int:
    """Have dbt open the session where this process has none yet; return the exit code."""
    from pyspark import SparkContext

    return 0 if SparkContext._active_spark_context is not None else do(_NOTHING, manifest)


def close_session() -> None:
    """End the session and its JVM, where there is one."""
    from pyspark import SparkContext

    gateway = SparkContext._gateway
    if gateway is None:
        return
    with contextlib.suppress(OSError):  # it ended before
        gateway.proc.stdin.close()
    gateway.proc.wait()
