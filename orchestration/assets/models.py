"""The dbt models as assets: one step per layer, so that checks can stop what follows.

Belongs here: which folders are a layer, and what a failed dbt build tells. Does not belong here:
any SQL. A single step for all models would build the marts although staging failed.
"""

import contextlib
import json
import os
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from dagster import AssetExecutionContext, AssetsDefinition
from dagster_dbt import DagsterDbtTranslator, DbtCliInvocation, DbtCliResource, dbt_assets

from orchestration.assets.raw import POOL
from orchestration.dbt_project import DbtError, dbt_command, dbt_environment, target_path
from orchestration.settings import PROJECT_ROOT, Settings

LAYERS = {
    "staging": "path:seeds path:models/staging",
    "core": "path:models/intermediate path:models/marts/core",
    "metrics": "path:models/marts/metrics path:models/marts/worklists path:models/marts/quality",
}
_SECONDS_BETWEEN_REPORTS = 5.0


class _Translator(DagsterDbtTranslator):
    """Groups assets by their schema, which is named for the layer."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        return dbt_resource_props["schema"]


def model_assets(settings: Settings, manifest: Mapping[str, Any]) -> list[AssetsDefinition]:
    """The steps that build the layers, in order."""
    return [_layer(layer, settings, manifest) for layer in LAYERS]


def _layer(layer: str, settings: Settings, manifest: Mapping[str, Any]) -> AssetsDefinition:
    @dbt_assets(
        name=f"build_{layer}",
        manifest=manifest,
        select=LAYERS[layer],
        # Unit tests judge the SQL, not the night's data: `make test` runs them.
        exclude="resource_type:unit_test",
        dagster_dbt_translator=_Translator(),
        pool=POOL,
    )
    def build(context: AssetExecutionContext) -> Iterator[Any]:
        started = time.monotonic()
        dbt = DbtCliResource(
            project_dir=str(PROJECT_ROOT),
            profiles_dir=str(PROJECT_ROOT),
            dbt_executable=dbt_command(),
        )
        folder = target_path(settings) / layer
        results = folder / "run_results.json"
        results.unlink(missing_ok=True)  # of the night before
        with dbt_environment(settings):
            invocation = dbt.cli(
                ["build"],
                manifest=manifest,
                dagster_dbt_translator=_Translator(),
                context=context,
                raise_on_error=False,
                target_path=folder,
            )
            yield from _reported(layer, invocation)
        if not results.is_file():
            # Before it asked the database anything: nothing of a value can be in what it says.
            raise DbtError(f"dbt ended before it built layer {layer}: {invocation.get_error()}")
        counts = _judged(layer, results, invocation.process.returncode)
        print(f"{layer}: {counts}, {time.monotonic() - started:.1f} s", flush=True)

    return build


def _reported(layer: str, invocation: DbtCliInvocation) -> Iterator[Any]:
    """Yield the events of a build, with a line to the terminal every few seconds."""
    terminal, reported = sys.stdout, time.monotonic()
    # dbt's own lines are many, and may quote what DuckDB says of a value.
    with Path(os.devnull).open("w") as nowhere, contextlib.redirect_stdout(nowhere):
        for count, event in enumerate(invocation.stream(), start=1):
            if time.monotonic() - reported >= _SECONDS_BETWEEN_REPORTS:
                print(f"{layer}: {count} models and tests so far", file=terminal, flush=True)
                reported = time.monotonic()
            yield event


def _judged(layer: str, file: Path, exit_code: int | None) -> str:
    """Say what was built; of what failed, names and row counts only.

    Raises:
        DbtError: a model could not be built, or a test of severity error found rows.
    """
    results = json.loads(file.read_text(encoding="utf-8"))["results"]
    tests = [one for one in results if one["unique_id"].startswith("test.")]
    problems = [
        f"  {one['unique_id'].split('.')[0]} {one['unique_id'].split('.')[2]}: {_problem(one)}"
        for one in results
        if one["status"] in ("error", "fail", "runtime error")
    ]
    if problems or exit_code != 0:
        raise DbtError("\n".join([f"dbt could not build layer {layer}:", *problems]))
    warnings = sum(one["status"] == "warn" for one in tests)
    noted = f" ({warnings} with warnings)" if warnings else ""
    return f"{len(results) - len(tests)} models and {len(tests)} tests{noted}"


def _problem(result: Mapping[str, Any]) -> str:
    if result["status"] == "fail":
        return f"{result['failures']} rows are not as they must be"
    # "Runtime Error in model x (path)\n  Catalog Error: …": the classes of the error, not its text.
    first, *others = (result["message"] or "it could not be run").splitlines()
    kinds = [line.split(":")[0].strip() for line in others if line.strip().count(" Error:") == 1]
    return ": ".join([first.split(" in ")[0], *kinds[:1]])
