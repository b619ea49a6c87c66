"""The results file: one line of JSON for each thing measured, written when it is known.

Belongs here: keeping what was measured, with the machine and the versions. Does not belong here:
what it means (report). A run that is stopped has kept what it measured; runs of several sizes may
write one file, and of one thing measured twice the last line counts.
"""

import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from orchestration.settings import PROJECT_ROOT

FILE = PROJECT_ROOT / "benchmarks" / "results.jsonl"
_PACKAGES = ("duckdb", "dbt-core", "dbt-duckdb", "dagster", "great-expectations")


def keep(file: Path, kind: str, name: str, visits: int | None, result: dict) -> dict:
    """Add a line to the file, on the disk when this returns, and return what it says."""
    record = {
        "kind": kind,
        "name": name,
        "visits": visits,
        **result,
        "at": f"{datetime.now(UTC):%Y-%m-%d %H:%M}Z",
        "command": _command(sys.argv[1:]),
        "commit": _commit(),
        "machine": _machine(),
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in _PACKAGES},
        },
    }
    with file.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(record, default=str) + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    return record


def read(file: Path) -> list[dict]:
    """Return the last record of each kind, name and size, in the order of their sizes."""
    found: dict[tuple, dict] = {}
    if file.exists():
        for line in file.read_text(encoding="utf-8").splitlines():
            try:
                record = json.loads(line)
            except ValueError:
                continue  # the end of a run that was stopped
            found[record["kind"], record["name"], record["visits"]] = record
    return sorted(found.values(), key=lambda one: one["visits"] or 0)


def _command(arguments: list[str]) -> str:
    """The command without the folders of this machine."""
    module = sys.modules["__main__"].__spec__
    name = "benchmarks" if module is None else module.name.removesuffix(".__main__")
    told, is_path = [f"python -m {name}"], False
    for argument in arguments:
        is_path = argument in ("--keep", "--results") or (is_path and not argument.startswith("-"))
        if not is_path:
            told.append(argument)
    return " ".join(told)


def _commit() -> str:
    """The commit, and whether anything but what measurements write differs from it."""
    changed = _git("status", "--porcelain", "--", ".", ":!benchmarks/results.jsonl", ":!docs")
    return _git("rev-parse", "--short", "HEAD") + ("-dirty" if changed else "")


def _git(*arguments: str) -> str:
    command = ["git", *arguments]
    done = subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def _machine() -> dict[str, object]:
    facts = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    models = [line.split(":", 1)[1].strip() for line in facts if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processor": models[0] if models else platform.processor(),
        "cores": len(os.sched_getaffinity(0)),
        "memory": memory,
        "system": f"{platform.system()} {platform.machine()}",
    }
