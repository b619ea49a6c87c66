"""The dbt models as SQL that runs in memory: compiled by dbt, ordered by its manifest.

Belongs here: compiling, and what is above and below a model. Does not belong here: any SQL.

dbt compiles with an in-memory warehouse. What it compiled is kept in the project's target folder,
for as long as no file of the project is newer; it says nothing of any practice.
"""

import fcntl
import json
import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from orchestration.dbt_project import (
    DbtError,
    dbt_command,
    ensure_manifest,
    environment,
    target_path,
)
from orchestration.settings import PROJECT_ROOT, Settings

KEPT = PROJECT_ROOT / "target" / "landing_check"


class Project:
    """The compiled project. Nodes go by their unique ids ("model.pt_billing.fct_visit")."""

    def __init__(self, manifest: Mapping[str, Any], compiled: Mapping[str, str]) -> None:
        self.nodes: dict[str, Any] = {**manifest["nodes"], **manifest["sources"]}
        self._parents: dict[str, list[str]] = manifest["parent_map"]
        self._children: dict[str, list[str]] = manifest["child_map"]
        self.compiled = compiled

    @property
    def catalog(self) -> str:
        """The database that the compiled SQL speaks of."""
        return next(self.nodes[one]["database"] for one in self.order)

    @cached_property
    def metrics(self) -> dict[str, str]:
        """The nodes of the metrics by their ids, in order."""
        return {
            self.nodes[one]["name"]: one
            for one in sorted(self.compiled)
            if self.nodes[one]["config"]["meta"].get("metric")
        }

    def model(self, name: str) -> str:
        """The node of a model."""
        return next(one for one in self.compiled if self.nodes[one]["name"] == name)

    def source(self, name: str) -> str:
        """The node of a table of schema raw."""
        return next(
            one
            for one, node in self.nodes.items()
            if node["resource_type"] == "source" and (node["schema"], node["name"]) == ("raw", name)
        )

    def above(self, nodes: Iterable[str]) -> set[str]:
        """These nodes and everything that they read, however far up."""
        return _reached(nodes, self._parents)

    def below(self, node: str) -> set[str]:
        """A node and everything that reads it, however far down."""
        return _reached([node], self._children)

    @cached_property
    def order(self) -> list[str]:
        """The compiled models, each after those that it reads."""
        ordered: dict[str, None] = {}

        def add(node: str) -> None:
            if node not in ordered:
                for parent in self._parents[node]:
                    if parent in self.compiled:
                        add(parent)
                ordered[node] = None

        for node in sorted(self.compiled):
            add(node)
        return list(ordered)


def _reached(nodes: Iterable[str], ways: Mapping[str, list[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting.extend(ways.get(node, ()))
    return found


def compiled_project(settings: Settings) -> Project:
    """Return the project, compiled anew where a file of it is newer than what is kept.

    Raises:
        DbtError: the project does not compile.
    """
    with _folder() as folder:
        # Of these settings only the limits count: no home is touched.
        own = replace(settings, home=folder, encryption_key_file=None)
        stamp = folder / "compiled"
        manifest = ensure_manifest(own)
        if not stamp.exists() or stamp.stat().st_mtime < manifest.stat().st_mtime:
            _compile(own)
            stamp.touch()
        document = json.loads(manifest.read_bytes())
        root = target_path(own) / "compiled" / document["metadata"]["project_name"]
        nodes = document["nodes"].values()
        files = {
            node["unique_id"]: root / node["original_file_path"]
            for node in nodes
            if node["resource_type"] == "model"
        }
        return Project(
            document,
            {one: file.read_text(encoding="utf-8") for one, file in files.items() if file.exists()},
        )


def _compile(settings: Settings) -> None:
    command = [dbt_command(), "--quiet", "compile"]
    command += ["--select", "+path:models/marts/metrics", "+path:models/staging/load"]
    done = subprocess.run(
        [*command, "--exclude", "resource_type:test", "resource_type:unit_test"],
        cwd=PROJECT_ROOT,
        env={
            **os.environ,
            **environment(settings),
            # As environment() passes it: another variable would have dbt parse everything anew.
            "DBT_ENV_SECRET_BILLING_WAREHOUSE": ":memory:",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise DbtError(f"The dbt project does not compile:\n{done.stdout}{done.stderr}".rstrip())


@contextmanager
def _folder() -> Iterator[Path]:
    """The folder of what is kept, for one process at a time; a passing one if it is read-only."""
    try:
        KEPT.mkdir(parents=True, exist_ok=True)
        lock = (KEPT / "lock").open("w")
    except OSError:
        with tempfile.TemporaryDirectory() as folder:
            yield Path(folder)
        return
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield KEPT
