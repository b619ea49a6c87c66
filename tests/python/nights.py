"""Whole nightly runs in tests: started as a person starts them, read as an analyst reads them."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.settings import PROJECT_ROOT


@dataclass(frozen=True)
class Night:
    """A practice, what really happened in it, and the home of its warehouse after a good night."""

    landing: Path
    truth: Path
    home: Path
    terminal: str


def nightly(landing: Path | None, home: Path, **settings: str) -> subprocess.CompletedProcess:
    """Run the nightly job on a landing folder, with no other settings than those given."""
    environment = {name: text for name, text in os.environ.items() if "BILLING" not in name}
    if landing is not None:
        environment["BILLING_LANDING"] = str(landing)
    return subprocess.run(
        [sys.executable, "-m", "orchestration.nightly"],
        cwd=PROJECT_ROOT,
        env={**environment, "BILLING_HOME": str(home), **settings},
        capture_output=True,
        text=True,
        timeout=900,
    )


def first_night(folder: Path, visits: int | None = None) -> Night:
    """Generate the sample practice below a folder, and run a night on it.

    Without `visits` it is the practice that a new user gets.
    """
    landing, truth, home = folder / "landing", folder / "truth", folder / "home"
    command = [sys.executable, "-m", "sample_practice", "--landing", landing, "--truth", truth]
    if visits is not None:
        command += ["--visits", str(visits)]
    subprocess.run(command, cwd=PROJECT_ROOT, check=True, capture_output=True)
    run = nightly(landing, home)
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-3000:]
    return Night(landing, truth, home, run.stdout)


def published(home: Path) -> dict[str, list[tuple]]:
    """Every row of every published table, by schema and name."""
    file = home / "published" / "billing_marts.duckdb"
    with duckdb.connect(str(file), read_only=True) as reader:
        tables = reader.sql("select schema_name, table_name from duckdb_tables()").fetchall()
        return {
            f"{schema}.{name}": reader.sql(f'from {schema}."{name}"').fetchall()
            for schema, name in sorted(tables)
        }
