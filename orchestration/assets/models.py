"""The dbt models as assets: one step per layer, so that checks can stop what follows.

Belongs here: which folders are a layer, and what a failed dbt build tells. Does not belong here:
any SQL. A single step for all models would build the marts although staging failed.
"""

import contextlib
import json
import os
import re
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
from dagster import AssetExecutionContext, AssetsDefinition, Output
from dagster_dbt import (
    DbtCliEventMessage,
    DbtCliInvocation,
    DbtCliResource,
    dbt_assets,
)

from orchestration.assets.raw import POOL
from orchestration.assets.told import Translator, named_by_meaning
from orchestration.dbt_project import DbtError, dbt_command, dbt_environment, target_path
from orchestration.quoting import quoted_name
from orchestration.retry import retried, says_it_can_pass
from orchestration.settings import PROJECT_ROOT, Settings
from orchestration.tables import names, reading
from orchestration.warehouse import disk_problem

LAYERS = {
    "staging": "path:seeds path:models/staging",
    "core": "path:models/intermediate path:models/marts/core",
    "metrics": "path:models/marts/metrics path:models/marts/worklists path:models/marts/quality",
}
_SECONDS_BETWEEN_REPORTS = 5.0
_FAILED = ("error", "fail", "runtime error")
_ERROR_CLASS = re.compile(r"\s*((?:IO|[A-Z][a-z]+(?: [A-Z][a-z]+)?) Error)\b")


class _Dbt(DbtCliResource):
    """dbt as Dagster starts it, without an adapter of its own.

    Dagster makes one before every layer to ask the database about columns, which nothing here
    does, and parses all of dbt's macros for it: three seconds each time.
    """

    def _initialize_dbt_core_adapter(self, args: Sequence[str]) -> None:
        return None


def model_assets(settings: Settings, manifest: Mapping[str, Any]) -> list[AssetsDefinition]:
    """The steps that build the layers, in order."""
    return [_layer(layer, settings, named_by_meaning(manifest)) for layer in LAYERS]


def _layer(layer: str, settings: Settings, manifest: Mapping[str, Any]) -> AssetsDefinition:
    translator = Translator(settings)

    @dbt_assets(
        name=f"build_{layer}",
        manifest=manifest,
        select=LAYERS[layer],
        dagster_dbt_translator=translator,
        pool=POOL,
    )
    def build(context: AssetExecutionContext) -> Iterator[Any]:
        with retried(context):
            yield from run(context)

    def run(context: AssetExecutionContext) -> Iterator[Any]:
        started = time.monotonic()
        dbt = _Dbt(
            project_dir=str(PROJECT_ROOT),
            profiles_dir=str(PROJECT_ROOT),
            dbt_executable=dbt_command(),
        )
        folder = target_path(settings) / layer
        results = folder / "run_results.json"
        results.unlink(missing_ok=True)  # of the night before
        with dbt_environment(settings):
            invocation = dbt.cli(
                # Its run_results.json quotes what DuckDB says of a value that cannot be cast. Unit
                # tests judge the SQL, not the night's data: `make test` runs them.
                ["build", "--no-write-json", "--exclude-resource-type", "unit_test"],
                manifest=manifest,
                dagster_dbt_translator=translator,
                context=context,
                raise_on_error=False,
                target_path=folder,
            )
            found: dict[str, dict[str, Any]] = {}
            # Kept until dbt lets go of the warehouse, so that rows can be counted.
            events = list(_reported(layer, invocation, found, context.log.info))
        exit_code = invocation.process.wait()
        yield from _with_row_counts(events, settings, manifest)
        if not found:
            # Before it asked the database anything: nothing of a value can be in what it says.
            error = DbtError(f"dbt ended before it built layer {layer}: {invocation.get_error()}")
            error.can_pass = says_it_can_pass(str(error))
            raise error
        tell_broken_constraints(found.values(), folder, settings)
        results.write_text(json.dumps({"results": list(found.values())}), encoding="utf-8")
        counts = judged(layer, found.values(), exit_code)
        told = f", {told}" if (told := _extent(layer, settings)) else ""
        print(f"{layer}: {counts}{told}, {time.monotonic() - started:.1f} s", flush=True)

    return build


def _extent(layer: str, settings: Settings) -> str | None:
    """Say how much of the facts was built again (int_scope__extent)."""
    if layer != "core":
        return None
    with reading(settings) as connection:
        is_whole, reason, patients, known = connection.sql(
            "select is_whole, reason, patients, known_patients "
            "from intermediate.int_scope__remembered"
        ).fetchone()
    if is_whole:
        return f"all facts built anew since {reason}"
    return f"facts of {patients:,} of {known:,} patients built again"


def _with_row_counts(
    events: Sequence[Any], settings: Settings, manifest: Mapping[str, Any]
) -> Iterator[Any]:
    """Yield the events of a build; that of a table says how many rows it holds now."""
    counts = _row_counts(settings)
    for event in events:
        if isinstance(event, Output):
            node = manifest["nodes"][event.metadata["unique_id"].value]
            rows = counts.get((node["schema"], node["alias"]))
            if rows is not None:
                event = event.with_metadata({**event.metadata, "dagster/row_count": rows})
        yield event


def _row_counts(settings: Settings) -> dict[tuple[str, str], int]:
    """The rows of every table; none where the warehouse cannot be read, which others say."""
    try:
        with reading(settings) as connection:
            return {
                (schema, name): connection.sql(
                    f"select count(*) from {quoted_name(schema)}.{quoted_name(name)}"
                ).fetchone()[0]
                for schema, name in names(settings, connection)
            }
    except duckdb.Error:
        return {}


def _reported(
    layer: str,
    invocation: DbtCliInvocation,
    found: dict[str, dict[str, Any]],
    log: Callable[[str], None],
) -> Iterator[Any]:
    """Yield the events of a build, with a line to terminal and log every few seconds.

    `found` gets the result of every model and test, without any text of the database.
    """
    terminal, reported, count = sys.stdout, time.monotonic(), 0
    # dbt's own lines are many, and may quote what DuckDB says of a value.
    with Path(os.devnull).open("w") as nowhere, contextlib.redirect_stdout(nowhere):
        for message in invocation.stream_raw_events():
            _keep_result(message, found)
            for event in message.to_default_asset_events(
                manifest=invocation.manifest,
                dagster_dbt_translator=invocation.dagster_dbt_translator,
                context=invocation.context,
                target_path=invocation.target_path,
            ):
                count += 1
                if time.monotonic() - reported >= _SECONDS_BETWEEN_REPORTS:
                    progress = f"{layer}: {count} models and tests so far"
                    print(progress, file=terminal, flush=True)
                    log(progress)
                    reported = time.monotonic()
                yield event


def _keep_result(message: DbtCliEventMessage, found: dict[str, dict[str, Any]]) -> None:
    """Keep what a message says of a model or test in the form of run_results.json."""
    data = message.raw_event["data"]
    if message.is_result_event:
        node = data["node_info"]
        found[node["unique_id"]] = {
            "unique_id": node["unique_id"],
            "status": node["node_status"],
            "execution_time": data["execution_time"],
            "failures": data.get("num_failures"),
            "message": None,
        }
    elif message.raw_event["info"]["name"] == "RunResultError":
        unique_id = data["node_info"]["unique_id"]
        one = found.setdefault(unique_id, {"unique_id": unique_id, "execution_time": 0.0})
        text, kind = data.get("msg") or "", _kind_of_error(data.get("msg"))
        one |= {"status": "error", "message": kind}
        one["can_pass"] = (kind or "").endswith("IO Error") and says_it_can_pass(text)


def tell_broken_constraints(
    results: Collection[dict[str, Any]], folder: Path, settings: Settings
) -> None:
    """Say of tests of constraints that failed which ones are broken, by the names of the YAML."""
    for result in results:
        kind, _, name, *_ = result["unique_id"].split(".")
        if (kind, result["status"]) == ("test", "fail") and name.startswith("constraints_hold_"):
            (query,) = (folder / "compiled").rglob(f"{name}.sql")
            with reading(settings) as connection:
                rows = connection.sql(query.read_text(encoding="utf-8")).fetchall()
            result["message"] = rows[0][0]


def judged(layer: str, results: Collection[Mapping[str, Any]], exit_code: int) -> str:
    """Say what was built; of what failed, names and row counts only.

    Raises:
        DbtError: a model could not be built, or a test of severity error found rows.
    """
    tests = [one for one in results if one["unique_id"].startswith("test.")]
    problems = [
        f"  {one['unique_id'].split('.')[0]} {one['unique_id'].split('.')[2]}: {_problem(one)}"
        for one in results
        if one["status"] in _FAILED
    ]
    if exit_code != 0 and not problems:
        problems = [f"  dbt ended with exit code {exit_code}"]
    if problems:
        error = DbtError("\n".join([f"dbt could not build layer {layer}:", *problems]))
        failed = [one for one in results if one["status"] in _FAILED]
        error.can_pass = bool(failed) and all(one.get("can_pass", False) for one in failed)
        raise error
    warnings = sum(one["status"] == "warn" for one in tests)
    noted = f" ({warnings} with warnings)" if warnings else ""
    return f"{len(results) - len(tests)} models and {len(tests)} tests{noted}"


def _problem(result: Mapping[str, Any]) -> str:
    if result["status"] == "fail":
        which = f": {result['message']}" if result["message"] else ""
        return f"{result['failures']} rows are not as they must be{which}"
    return result["message"] or "it could not be run"


def _kind_of_error(message: str | None) -> str | None:
    """The classes of an error, not its text: dbt's, and in the line below it DuckDB's.

    Of a disk that is full, or fails, the text, which is the system's.
    """
    if (problem := disk_problem(message or "")) is not None:
        return problem
    # "Runtime Error in model x (path)\n  Conversion Error: …". Further lines may be of a value.
    first, *others = (message or "").splitlines()[:2] or [""]
    lines = [first, *others] if " Error in " in first else [first]
    kinds = [found[1] for line in lines if (found := _ERROR_CLASS.match(line))]
    return ": ".join(kinds) or None
