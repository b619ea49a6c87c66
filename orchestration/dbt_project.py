"""The dbt project as orchestration sees it: its manifest, and the environment that dbt runs in.

Belongs here: where dbt reads and writes. Does not belong here: what its models mean. dbt's target
folder lies in the run's home, so that runs of several practices never share one.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from orchestration import spark
from orchestration.dbt_process import lock_file
from orchestration.dbt_warm import warm_dbt
from orchestration.project_code import code_of
from orchestration.settings import PROJECT_ROOT, Settings
from orchestration.warehouse import extension_directory

_SOURCES = (
    "dbt_project.yml",
    "profiles.yml",
    "macros",
    "models",
    "seeds",
    "tests/dbt",
    "requirements.lock",  # another dbt writes another manifest
)
# Beside the manifest: the code that it was made of.
PARSED_CODE = "parsed_code"


class DbtError(Exception):
    """dbt cannot be run, or what it built is wrong. The message holds names and counts only.

    `can_pass`: the same build may do a minute later.
    """

    can_pass = False


def dbt_command() -> str:
    """The dbt of this environment, whatever PATH says; it ends with the process that starts it."""
    return str(PROJECT_ROOT / "orchestration" / "dbt")


def target_path(settings: Settings) -> Path:
    """The folder of dbt's artifacts for this home."""
    return settings.home / "dbt"


def environment(settings: Settings) -> dict[str, str]:
    """The variables that dbt needs beside those of the process."""
    values = {
        "BILLING_PYTHON": sys.executable,
        "BILLING_RUN_PID": str(os.getpid()),
        "BILLING_DBT_LOCK": str(lock_file(settings)),
        "DBT_ENV_SECRET_BILLING_WAREHOUSE": str(settings.warehouse),
        "BILLING_THREADS": str(settings.threads),
        "DBT_TARGET_PATH": str(target_path(settings)),
        "DBT_PROFILES_DIR": str(PROJECT_ROOT),
        "DBT_PROJECT_DIR": str(PROJECT_ROOT),
        # The log file quotes every statement and whatever DuckDB answers.
        "DBT_LOG_LEVEL_FILE": "none",
        "DBT_LOG_PATH": str(target_path(settings)),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        # Read by int_scope__fingerprint: facts that other rules built are all built anew.
        "DBT_ENV_CUSTOM_ENV_BILLING_CODE": code_of("macros", "models", "seeds"),
        # A test runs in the layer in which the last of its models is built.
        "DBT_INDIRECT_SELECTION": "buildable",
    }
    key = settings.encryption_key()
    if key is not None:
        # dbt hides the values of variables of this name from everything it writes.
        values["DBT_ENV_SECRET_BILLING_ENCRYPTION_KEY"] = key
        values["BILLING_EXTENSIONS"] = str(extension_directory(settings))
    if settings.memory_limit is not None:
        values["BILLING_MEMORY_LIMIT"] = settings.memory_limit
    return values | spark.environment(settings)


@contextmanager
def dbt_environment(settings: Settings) -> Iterator[None]:
    """Give the processes that are started meanwhile the environment of dbt."""
    values = environment(settings)
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def ready_dbt(settings: Settings) -> AbstractContextManager[subprocess.Popen[bytes]]:
    """Have dbt started once for all layers of a run; after ensure_manifest, which it parses as."""
    return warm_dbt(environment(settings), PROJECT_ROOT)


def in_dbt_process(settings: Settings, *arguments: str) -> str:
    """Have a process of dbt do a command of spark_session.do; return what it wrote.

    Raises:
        DbtError: it ended with an error, whose text may quote a value and is not told.
    """
    done = subprocess.run(
        [dbt_command(), *arguments],
        cwd=PROJECT_ROOT,
        env={**os.environ, **environment(settings)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise DbtError(
            f"Spark could not do the command {' '.join(arguments[:2])}: see that no other process "
            f"uses {spark.spark_home(settings)}."
        )
    return done.stdout


def ensure_manifest(settings: Settings) -> Path:
    """Return the manifest, made anew where it is of other code, or a file is newer than it.

    The code is asked for since a release that is older than the last night may be new here.

    Raises:
        DbtError: the project does not parse.
    """
    target = target_path(settings)
    manifest, of_code, code = target / "manifest.json", target / PARSED_CODE, code_of(*_SOURCES)
    is_of_code = of_code.is_file() and of_code.read_text(encoding="ascii") == code
    if is_of_code and manifest.is_file() and manifest.stat().st_mtime > _newest_source():
        return manifest
    # dbt would start from its last parse, and stumbles over what moved to another file since. Every
    # layer has one of its own.
    for last in target.rglob("partial_parse.msgpack"):
        last.unlink()
    parsed = subprocess.run(
        [dbt_command(), "--quiet", "parse"],
        cwd=PROJECT_ROOT,
        env={**os.environ, **environment(settings)},
        capture_output=True,
        text=True,
        check=False,
    )
    if parsed.returncode != 0:
        raise DbtError(f"The dbt project does not parse:\n{parsed.stdout}{parsed.stderr}".rstrip())
    manifest.touch()
    of_code.write_text(code, encoding="ascii")
    return manifest


def read_manifest(settings: Settings) -> Mapping[str, Any]:
    """Return the manifest as parsed JSON."""
    try:
        return json.loads(ensure_manifest(settings).read_bytes())
    except ValueError:
        # dbt writes it in place: killed there it leaves half of one, newer than every source.
        (target_path(settings) / "manifest.json").unlink()
        return json.loads(ensure_manifest(settings).read_bytes())


def _newest_source() -> float:
    # Folders too: a file that was removed changes nothing but its folder.
    paths = [PROJECT_ROOT / name for name in _SOURCES]
    return max(path.stat().st_mtime for source in paths for path in (source, *source.rglob("*")))
