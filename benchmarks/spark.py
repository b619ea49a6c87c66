"""`python -m benchmarks.spark [--visits N …] [--keep FOLDER]`: one history on DuckDB and on Spark.

For each size a practice is generated, where it is not there yet, and a whole night is run from its
files on an empty home: on DuckDB, and on Spark with one and with two executors, each a process with
a core of its own beside the driver's. What is told in docs/scale.md is written from the results.

Each night is kept in the results file as soon as it is over. A night that stands there is not run
again, so that a command that was stopped goes on where it was; --again runs all.
"""

import argparse
import shutil
import sys
from pathlib import Path

from benchmarks import results
from benchmarks.nights import steps
from benchmarks.practices import END, Practice, byte_count
from benchmarks.process import is_measured, run
from benchmarks.report import conditions, table
from orchestration.settings import PROJECT_ROOT

PAGE = PROJECT_ROOT / "docs" / "scale.md"
BEGIN, STOP = "<!-- measured: begin -->", "<!-- measured: end -->"
KIND = "engine"
_LARGER = (5_000_000, 50_000_000)
ENGINES = {
    "DuckDB": {"BILLING_ENGINE": "duckdb"},
    "Spark, 1 executor": {"BILLING_ENGINE": "spark", "executors": "1"},
    "Spark, 2 executors": {"BILLING_ENGINE": "spark", "executors": "2"},
}


def main() -> int:
    """Measure what is not measured yet, write the page and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.spark", description=__doc__)
    parser.add_argument("--visits", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--keep", type=Path, help="folder that keeps the generated files")
    parser.add_argument("--results", type=Path, default=results.FILE, help="file of the numbers")
    parser.add_argument("--memory", type=int, default=3072, help="megabytes of an executor")
    parser.add_argument("--again", action="store_true", help="measure what is measured, too")
    options = parser.parse_args()
    if not is_measured(lambda folder: _measure(options, folder), options.keep):
        return 1
    write(options.results)
    print(f"written: {PAGE}")
    return 0


def _measure(options: argparse.Namespace, folder: Path) -> None:
    known = {
        (one["name"], one["visits"])
        for one in results.read(options.results)
        if one["kind"] == KIND and not options.again
    }
    for visits in options.visits:
        practice = Practice(folder / str(visits), visits)
        for name, engine in ENGINES.items():
            if (name, visits) in known:
                print(f"{visits:,} visits, {name}: measured before", flush=True)
                continue
            practice.make()
            found = night(practice, folder / f"home of {visits}", engine, options.memory)
            results.keep(options.results, KIND, name, visits, found)
            told = f"{found['wall']:,.0f} s, {found['cpu']:,.0f} s of processor"
            print(f"{visits:,} visits, {name}: {told}", flush=True)


def night(practice: Practice, home: Path, engine: dict[str, str], memory: int) -> dict:
    """Run a night on all files of a practice, on a home that goes afterwards; memory in MB."""
    shutil.rmtree(home, ignore_errors=True)
    environment = {
        "BILLING_ENGINE": engine["BILLING_ENGINE"],
        "BILLING_LANDING": str(practice.whole),
        "BILLING_HOME": str(home),
        "BILLING_AS_OF": str(END),
        "BILLING_REFERENCE": str(practice.folder / "reference"),
    }
    if "executors" in engine:
        environment["BILLING_SPARK_MASTER"] = f"local-cluster[{engine['executors']},1,{memory}]"
        environment["BILLING_MEMORY_LIMIT"] = f"{memory}MB"
    done = run([sys.executable, "-m", "orchestration.nightly"], PROJECT_ROOT, environment)
    found = {
        **done.record(),
        "steps": steps(done),
        "landing": byte_count(practice.whole),
        "private": sum(map(byte_count, _private(home))),
        "published": byte_count(home / "published" / "billing_marts.duckdb"),
    }
    shutil.rmtree(home)
    return found


def _private(home: Path) -> list[Path]:
    """What holds the rows: the warehouse, and of Spark raw and what it built."""
    places = [home / "warehouse.duckdb", home / "spark" / "raw", home / "spark" / "tables"]
    return [place for place in places if place.exists()]


def write(file: Path, page: Path = PAGE) -> None:
    """Write the measured part of the page from a results file."""
    before, rest = page.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(STOP)[1]
    part = written([one for one in results.read(file) if one["kind"] == KIND])
    page.write_text(f"{before}{BEGIN}\n{part}\n{STOP}{after}", encoding="utf-8")


def written(records: list[dict]) -> str:
    """The nights in Markdown: by size, each beside DuckDB's."""
    parts = ["load", "staging", "core", "metrics", "publish", "expectations", "rest"]
    head = ["visits", "engine", "wall, s", "processor, s", "processor ÷ DuckDB's"]
    head += ["memory of the largest process, GB", "private files, MB", "published, MB"]
    nights, by_step = [], []
    order = list(ENGINES)
    for one in sorted(records, key=lambda one: (one["visits"], order.index(one["name"]))):
        of_duckdb = [
            other["cpu"]
            for other in records
            if (other["visits"], other["name"]) == (one["visits"], order[0])
        ]
        ratio = f"{one['cpu'] / of_duckdb[0]:.1f}" if of_duckdb else ""
        nights.append(
            [
                f"{one['visits']:,}",
                one["name"],
                f"{one['wall']:,.0f}",
                f"{one['cpu']:,.0f}",
                ratio,
                f"{one['peak_process'] / 1e9:.1f}",
                f"{one['private'] / 1e6:,.0f}",
                f"{one['published'] / 1e6:,.0f}",
            ]
        )
        seconds = (f"{one['steps'][part]:,.0f}" for part in parts)
        by_step.append([f"{one['visits']:,}", one["name"], *seconds])
    return (
        f"{table(head, nights)}\n\nSeconds of wall time by step:\n\n"
        f"{table(['visits', 'engine', *parts], by_step)}\n\n{extrapolated(records)}"
        f"{conditions(records)}"
    )


def extrapolated(records: list[dict]) -> str:
    """What the two largest sizes of each engine say of larger ones, by a straight line."""
    rows = []
    for name in ENGINES:
        sizes = sorted(
            (one for one in records if one["name"] == name), key=lambda one: one["visits"]
        )
        if len(sizes) < 2:
            continue
        less, more = sizes[-2:]
        visits = more["visits"] - less["visits"]
        wall, cpu = ((more[of] - less[of]) / visits for of in ("wall", "cpu"))
        at = (more["wall"] + wall * (size - more["visits"]) for size in _LARGER)
        rows.append(
            [name, f"{1e6 * wall:,.0f}", f"{1e6 * cpu:,.0f}", *(f"{one:,.0f}" for one in at)]
        )
    if not rows:
        return ""
    head = ["engine", "µs of wall a further visit", "µs of processor a further visit"]
    head += [f"wall at {size:,} visits, s" for size in _LARGER]
    return (
        "Extrapolated, not measured: by a straight line through the two largest sizes of each "
        f"engine, as if memory did not matter.\n\n{table(head, rows)}\n\n"
    )


if __name__ == "__main__":
    raise SystemExit(main())
