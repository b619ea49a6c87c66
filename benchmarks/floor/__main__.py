"""`python -m benchmarks.floor --landing X --as-of D --database Y`: sixteen metrics, by hand.

Runs the steps in order and tells the seconds of each as JSON. The database is made anew.
"""

import argparse
import json
import sys
import time
from datetime import date
from pathlib import Path

import duckdb

from benchmarks.floor.run import run


def main() -> int:
    """Return the exit code: 0, or 2 where the files cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.floor", description=__doc__)
    parser.add_argument("--landing", type=Path, required=True)
    parser.add_argument("--as-of", type=date.fromisoformat, required=True)
    parser.add_argument("--database", type=Path, required=True)
    options = parser.parse_args()
    started = time.monotonic()
    try:
        seconds = run(options.landing, options.as_of, options.database)
    except duckdb.Error as error:
        # A message of DuckDB may quote a value.
        print(f"The floor cannot be computed: DuckDB {type(error).__name__}.", file=sys.stderr)
        return 2
    print(json.dumps({**seconds, "all": round(time.monotonic() - started, 2)}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
