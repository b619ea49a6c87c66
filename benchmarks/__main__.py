"""`python -m benchmarks [--visits N …]`: how fast the warehouse is, told in docs/performance.md.

For each size a practice is generated; then a first night, the floor on the same files, one more
day, and a night with nothing new are measured, and what readers wait for. Each number is kept in a
results file as soon as it is known: sizes may be measured in runs of their own, and a run that is
stopped loses only what it was at. The page is written from that file at the end (report).
"""

import argparse
import json
import os
from collections.abc import Collection
from pathlib import Path

from benchmarks import nights, reading, report, results, start
from benchmarks.practices import Practice, byte_count
from benchmarks.process import is_measured

PARTS = (*nights.PARTS, "reading")


def main() -> int:
    """Measure what is asked for and return the exit code."""
    options = _parser().parse_args()
    if not is_measured(lambda folder: _measure(options, folder), options.keep):
        return 1
    report.write(options.results)
    print(f"written: {report.PAGE}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--visits", type=int, nargs="*", default=[10_000, 100_000], help="sizes of practices"
    )
    parser.add_argument("--keep", type=Path, help="folder that keeps the generated files")
    parser.add_argument(
        "--parts",
        nargs="+",
        choices=PARTS,
        default=PARTS,
        help="what of a size to measure; without `first`, on the folder that --keep kept",
    )
    parser.add_argument("--results", type=Path, default=results.FILE, help="file of the numbers")
    parser.add_argument("--start", action="store_true", help="measure make nightly on a clone")
    parser.add_argument("--test", action="store_true", help="measure make test")
    parser.add_argument(
        "--modules", nargs="*", default=list(report.MODULES), help="benchmarks of their own"
    )
    return parser


def _measure(options: argparse.Namespace, folder: Path) -> None:
    def keep_of(visits: int | None):
        def keep(kind: str, name: str, result: dict) -> dict:
            record = results.keep(options.results, kind, name, visits, result)
            _tell(record)
            return record

        return keep

    for visits in options.visits:
        _measure_size(Practice(folder / str(visits), visits), options.parts, keep_of(visits))
    for name in options.modules:
        module = report.module_of(name)
        if module is not None:
            place = folder / name
            place.mkdir(parents=True, exist_ok=True)
            keep_of(None)("module", name, {"result": module.measure(place)})
    if options.start:
        start.measure(keep_of(None))
    if options.test:
        start.measure_tests(keep_of(None))


def _measure_size(practice: Practice, parts: Collection[str], keep: nights.Keep) -> None:
    made = practice.make()
    if made is not None:
        size = {"bytes": byte_count(practice.whole), "made": practice.facts()["visits"]}
        keep("generate", "generate", {**made.record(), **size})
    nights.measure(practice, keep, parts)
    if "reading" in parts:
        threads = len(os.sched_getaffinity(0))
        keep("reading", "reading", reading.measure(practice.published, threads))


def _tell(record: dict) -> None:
    size = f"{record['visits']:,} visits, " if record["visits"] else ""
    wall = (
        f": {record['wall']:.1f} s, {record['cpu']:.1f} s of processor" if "wall" in record else ""
    )
    print(f"{size}{record['kind']} {record['name']}{wall}", flush=True)
    if "steps" in record:
        print(f"    {json.dumps(record['steps'])}", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
