"""`python -m benchmarks [--visits N …]`: a whole night on generated practices of several sizes.

For each size: the seconds to generate the practice, those of a first night and of a second one with
nothing new, split by step as the run itself tells them, the peak memory of the largest process, and
the size of what it leaves. Compare numbers of one run only: machines differ.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from orchestration.settings import PROJECT_ROOT


def main() -> int:
    """Measure every size asked for and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--visits", type=int, nargs="+", default=[8_000, 80_000])
    for visits in parser.parse_args().visits:
        with tempfile.TemporaryDirectory() as folder:
            _measure(visits, Path(folder))
    return 0


def _measure(visits: int, folder: Path) -> None:
    landing, home = folder / "landing", folder / "home"
    environment = {
        **os.environ,
        "BILLING_LANDING": str(landing),
        "BILLING_HOME": str(home),
        "BILLING_REFERENCE": str(folder / "reference"),
    }
    generate = ["-m", "sample_practice", "--landing", str(landing), "--visits", str(visits)]
    seconds, _ = _run(generate, environment)
    print(f"\n{visits:,} visits")
    print(f"  generate      {seconds:7.1f} s  {_megabytes(landing):9,.0f} MB landing", flush=True)
    for name in ("first night", "second night"):
        seconds, lines = _run(["-m", "orchestration.nightly"], environment)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"  {name:13} {seconds:7.1f} s  {peak:9,.0f} MB peak memory so far")
        for line in lines:
            if line.endswith(" s") and not line.startswith("file "):
                print(f"      {line}", flush=True)
    published = home / "published" / "billing_marts.duckdb"
    print(
        f"  warehouse {_megabytes(home / 'warehouse.duckdb'):,.0f} MB, published "
        f"{_megabytes(published):,.0f} MB"
    )


def _run(arguments: list[str], environment: dict[str, str]) -> tuple[float, list[str]]:
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=PROJECT_ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return time.monotonic() - started, done.stdout.splitlines()


def _megabytes(path: Path) -> float:
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return sum(file.stat().st_size for file in files) / 1e6


if __name__ == "__main__":
    raise SystemExit(main())
