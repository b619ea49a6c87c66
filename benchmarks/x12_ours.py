"""This project's way of an X12 file from landing to typed tables, timed, for `benchmarks.x12`.

Belongs here: the loader and the staging models of X12, as a night runs them, and their seconds.
Does not belong here: other readers. The models are the SQL that dbt compiles; what dbt itself takes
to start is the night's, not the file's, and is left out.
"""

import resource
import time
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import replace
from graphlib import TopologicalSorter
from importlib import import_module
from pathlib import Path

import duckdb

from orchestration.ingest import load_landing
from orchestration.landing_check.compiled import Project, compiled_project
from orchestration.settings import Settings


def _settings(landing: Path, home: Path, threads: int, memory_limit: str | None) -> Settings:
    names = {"LANDING": landing, "HOME": home, "AS_OF": "2026-06-30", "THREADS": threads}
    names["REFERENCE"] = home / "reference"
    settings = Settings.from_environment({f"BILLING_{k}": str(v) for k, v in names.items()})
    return replace(settings, memory_limit=memory_limit)


def run(
    landing: Path, home: Path, threads: int, memory_limit: str | None = None
) -> dict[str, object]:
    """Load and stage a landing folder; return seconds by step, and how many claims there are."""
    (landing / "practice").mkdir(exist_ok=True)
    settings = _settings(landing, home, threads, memory_limit)
    project = compiled_project(settings)
    import_module("pandas")  # which Arrow imports with its first array
    started, used = time.perf_counter(), _processor()
    load_landing(settings, report=lambda _: None)
    loaded = time.perf_counter()
    # The compiled SQL names the database that it was compiled for.
    warehouse = settings.warehouse.rename(settings.home / f"{project.catalog}.duckdb")
    # As profiles.yml opens it for a night.
    options = {"threads": threads, "external_threads": threads, "preserve_insertion_order": False}
    options |= {"memory_limit": memory_limit} if memory_limit else {}
    with duckdb.connect(str(warehouse), config=options) as connection:
        opened = time.perf_counter()
        models = _stage(connection, project, threads)
        ended, spent = time.perf_counter(), _processor() - used
        claims = sum(
            connection.sql(f"select count(*) from staging.{one}").fetchone()[0]
            for one in ("stg_x12_835__claims", "stg_x12_837__claims")
        )
    return {
        "seconds": (loaded - started) + (ended - opened),
        "processor": spent,
        "load_seconds": loaded - started,
        "claims": claims,
        "models": dict(sorted(models.items(), key=lambda one: -one[1])),
    }


def _stage(
    connection: duckdb.DuckDBPyConnection, project: Project, threads: int
) -> dict[str, float]:
    """Make every staging model of X12, as many at a time as there are threads."""
    staged = [one for one in project.compiled if ".stg_x12" in one or ".kept_x12" in one]
    wanted = project.above(staged) & set(project.compiled)
    connection.execute("create schema if not exists staging")
    order = TopologicalSorter({one: project.above([one]) & wanted - {one} for one in wanted})
    order.prepare()
    seconds: dict[str, float] = {}
    with ThreadPoolExecutor(threads) as pool:
        running = {}
        while order.is_active():
            for one in order.get_ready():
                running[pool.submit(_make, connection.cursor(), project, one)] = one
            for done in wait(running, return_when=FIRST_COMPLETED).done:
                one = running.pop(done)
                seconds[project.nodes[one]["name"]] = done.result()
                order.done(one)
    return seconds


def _make(cursor: duckdb.DuckDBPyConnection, project: Project, node: str) -> float:
    started = time.perf_counter()
    properties = project.nodes[node]
    kind = "view" if properties["config"]["materialized"] == "view" else "table"
    name, sql = properties["relation_name"], project.compiled[node]
    cursor.execute(f"create or replace {kind} {name} as {sql}")
    return time.perf_counter() - started


def _processor() -> float:
    """Seconds of processor of this process and its children so far."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in both)
