"""`python -m benchmarks.x12`: X12 from landing to typed tables, against other readers of X12.

Each reader gets the same generated files, in a process of its own, in turns; a slow one gets the
first part of them, since its speed does not depend on the length. What is told is the median in
megabytes a second by the wall, and by the processor, which other work on the machine moves less.
Starting Python, importing a reader and compiling the models (dbt's work, once a night) are left
out. `--large N` stages one 835 of N megabytes under a memory limit, as many sets and as one.
"""

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.x12_readers import READERS
from orchestration.settings import PROJECT_ROOT

KINDS = ("835", "837P")
OURS = {"this project, one thread": (1, False), "this project, two threads": (2, False)}
OURS["this project, two threads, many files"] = (2, True)
_BYTES = 30_000_000
_FILES = 30
_RUNS = 5
_LOCK = PROJECT_ROOT / "benchmarks" / "x12_readers.lock"
_LARGE_LIMIT = "8GB"


def main() -> int:
    """Measure and print; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.x12", description=__doc__)
    parser.add_argument("--large", type=int, metavar="MEGABYTES")
    parser.add_argument("--child", nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(json.dumps(_child(*options.child)))
        return 0
    with TemporaryDirectory() as folder:
        if options.large:
            print(json.dumps(measure_large(Path(folder), options.large * 1_000_000), indent=1))
        else:
            print(written(measure(Path(folder))))
    return 0


def measure(folder: Path) -> dict[str, object]:
    """Measure every reader on every kind; the result can be kept as JSON."""
    from benchmarks.x12_files import Sets

    packages = _packages()
    sets, result = Sets(), {"runs": _RUNS, "bytes": _BYTES, "kinds": {}}
    for kind in KINDS:
        seconds: dict[str, list[dict]] = {}
        one, many = folder / kind / "one", folder / kind / "many"
        sizes = {name: int(_BYTES * share) for name, (_, _, share) in READERS.items()}
        files = {name: folder / kind / f"{size}.x12" for name, size in sizes.items()}
        for name, file in files.items():
            sizes[name] = sets.write(file, kind, sizes[name])
        whole = sets.write(one / "x12" / "all.x12", kind, _BYTES)
        parts = sum(
            sets.write(many / "x12" / f"{number}.x12", kind, _BYTES // _FILES, number)
            for number in range(_FILES)
        )
        for _ in range(_RUNS):
            for name, (_, kinds, _) in READERS.items():
                if kind in kinds:
                    found = _run(["reader", name, kind, str(files[name])], packages)
                    seconds.setdefault(name, []).append({**found, "bytes": sizes[name]})
            for name, (threads, has_many) in OURS.items():
                landing, size = (many, parts) if has_many else (one, whole)
                found = _run(["ours", str(landing), str(threads)])
                seconds.setdefault(name, []).append({**found, "bytes": size})
        result["kinds"][kind] = {name: _median(runs) for name, runs in seconds.items()}
    return result


def measure_large(folder: Path, byte_count: int) -> dict[str, object]:
    """Stage one 835 of many sets, and one of a single set, under a memory limit."""
    from benchmarks.x12_files import Sets

    sets, result = Sets(), {"memory_limit": _LARGE_LIMIT}
    for name, write in (
        ("many sets", lambda path: sets.write(path, "835", byte_count)),
        ("one set", lambda path: sets.write_one_set(path, byte_count)),
    ):
        landing = folder / name.replace(" ", "_")
        size = write(landing / "x12" / "large.x12")
        try:
            found = _run(["ours", str(landing), "2", _LARGE_LIMIT])
            result[name] = {**_median([{**found, "bytes": size}]), "load": found["load_seconds"]}
        except subprocess.CalledProcessError as error:
            result[name] = {"failed": error.stderr.splitlines()[-1]}
        shutil.rmtree(landing)
    return result


def _packages() -> Path:
    """The folder of the other readers, installed where their lock changed."""
    folder = Path(sys.prefix) / "readers" / "x12"
    stamp = folder / ".installed"
    if not stamp.exists() or stamp.read_bytes() != _LOCK.read_bytes():
        shutil.rmtree(folder, ignore_errors=True)
        command = [sys.executable, "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
        command += ["--no-deps", "--require-hashes", "--target", str(folder), "-r", str(_LOCK)]
        subprocess.run(command, check=True)
        stamp.write_bytes(_LOCK.read_bytes())
    return folder


def _run(arguments: list[str], packages: Path | None = None) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.x12", "--child", *arguments],
        cwd=PROJECT_ROOT,
        env={**os.environ, **({"PYTHONPATH": str(packages)} if packages else {})},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def _child(what: str, *arguments: str) -> dict[str, float]:
    if what == "reader":
        name, kind, file = arguments
        read = READERS[name][0]()
        started, used = time.perf_counter(), time.process_time()
        claims = read(Path(file), kind)
        seconds, processor = time.perf_counter() - started, time.process_time() - used
        return {"seconds": seconds, "processor": processor, "claims": claims}
    return _stage(*arguments)


def _stage(landing: str, threads: str, memory_limit: str | None = None) -> dict[str, float]:
    from benchmarks import x12_ours

    if threads == "1":
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with TemporaryDirectory() as home:
        found = x12_ours.run(Path(landing), Path(home), int(threads), memory_limit)
    return {**found, "peak": 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}


def _median(runs: list[dict]) -> dict[str, float]:
    rate = statistics.median(one["bytes"] / 1e6 / one["seconds"] for one in runs)
    per_cpu = statistics.median(one["bytes"] / 1e6 / one["processor"] for one in runs)
    found = {"rate": round(rate, 2), "rate_of_processor": round(per_cpu, 2)}
    if "peak" in runs[0]:
        found["peak"] = max(one["peak"] for one in runs)
    return found | {"bytes": runs[0]["bytes"], "claims": runs[0]["claims"]}


def written(result: dict) -> str:
    """The result in Markdown."""
    head = "| file | reader | MB/s | MB per second of processor | two threads of ours ÷ it |\n"
    rows = []
    for kind, readers in result["kinds"].items():
        ours = readers["this project, two threads"]["rate"]
        rows += [
            f"| {kind} | {name} | {one['rate']:,.1f} | {one['rate_of_processor']:,.1f} | "
            f"{ours / one['rate']:,.1f} |"
            for name, one in readers.items()
        ]
    told = (
        f"### X12\n\nLanding to typed and checked tables, {result['bytes'] / 1e6:,.0f} MB of each "
        f"kind, the median of {result['runs']} runs. Slow readers get the first part of the file. "
        "pyx12 yields a verdict or segments, the others claims; oxedi reads the 835 alone.\n\n"
    )
    return told + head + "| --- | --- | --- | --- | --- |\n" + "\n".join(rows)


if __name__ == "__main__":
    raise SystemExit(main())
