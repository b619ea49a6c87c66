"""`python -m benchmarks.load LANDING`: loads a landing folder into a home of its own, twice.

For the first load, and a second one with nothing new: seconds by the wall and of the processor,
files and megabytes a second, and the peak memory of the process. Settings are the BILLING_*
variables, but for the landing folder, the reference tables and the home. Compare numbers of one run
only: machines differ.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from orchestration.settings import PROJECT_ROOT

# In a process of its own: memory is not given back, and its peak is one load's.
_CHILD = """
import resource, time
from orchestration.ingest import load_landing
from orchestration.settings import Settings
settings = Settings.from_environment()
started = time.monotonic()
summary = load_landing(settings, report=lambda line: None)
seconds = time.monotonic() - started
used = resource.getrusage(resource.RUSAGE_SELF)
files = summary.csv.files + summary.x12.files
print(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, files)
"""


def main() -> int:
    """Measure and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("landing", type=Path)
    landing = parser.parse_args().landing.resolve()
    megabytes = sum(one.stat().st_size for one in landing.rglob("*") if one.is_file()) / 1e6
    print(f"{landing}: {megabytes:,.0f} MB")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for name in ("first load", "second load"):
            seconds, processor, peak, files = _load(landing, home)
            print(
                f"  {name:11} {seconds:8.1f} s  {processor:8.1f} s processor {peak:6,.0f} MB peak  "
                f"{files / seconds:8,.0f} files/s  {megabytes / seconds:8,.1f} MB/s",
                flush=True,
            )
        warehouse = (home / "warehouse.duckdb").stat().st_size / 1e6
        print(f"  warehouse   {warehouse:8,.0f} MB")
    return 0


def _load(landing: Path, home: Path) -> list[float]:
    environment = {
        **os.environ,
        "BILLING_LANDING": str(landing),
        "BILLING_HOME": str(home),
        "BILLING_REFERENCE": str(home / "reference"),
    }
    done = subprocess.run(
        [sys.executable, "-c", _CHILD],
        cwd=PROJECT_ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    # DuckDB draws its progress on a process like this one, before.
    return [float(one) for one in done.stdout.split()[-4:]]


if __name__ == "__main__":
    raise SystemExit(main())
