"""Whole nightly runs in tests: started as a person starts them, read as an analyst reads them."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb
from parsed import share_parse

from orchestration.settings import PROJECT_ROOT


@dataclass(frozen=True)
class Night:
    """A practice, what really happened in it, and the home of its warehouse after a good night.

    terminal and errors are what the run wrote to standard output and standard error.
    """

    folder: Path

    @property
    def landing(self) -> Path:
        return self.folder / "landing"

    @property
    def truth(self) -> Path:
        return self.folder / "truth"

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def terminal(self) -> str:
        return (self.folder / "terminal.txt").read_text()

    @property
    def errors(self) -> str:
        return (self.folder / "errors.txt").read_text()


def nightly(landing: Path, home: Path, **settings: str) -> subprocess.CompletedProcess:
    """Run the nightly job on a landing folder, with no other settings than those given."""
    if settings.get("BILLING_ENGINE") != "spark":
        share_parse(home)  # which is DuckDB's
    return _nightly(landing, home, **settings)


def _nightly(landing: Path, home: Path, **settings: str) -> subprocess.CompletedProcess:
    environment = {name: text for name, text in os.environ.items() if "BILLING" not in name}
    return subprocess.run(
        [sys.executable, "-m", "orchestration.nightly"],
        cwd=PROJECT_ROOT,
        env={
            **environment,
            "BILLING_LANDING": str(landing),
            "BILLING_HOME": str(home),
            "BILLING_REFERENCE": str(home / "reference"),
            **settings,
        },
        capture_output=True,
        text=True,
        timeout=3000,  # on Spark and beside other work
    )


def first_night(folder: Path) -> Night:
    """Generate the sample practice in a folder and run a night on it; what is there is taken."""
    night = Night(folder)
    if not (folder / "errors.txt").exists():
        folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "sample_practice", "--landing", night.landing]
        command += ["--truth", night.truth]
        subprocess.run(command, cwd=PROJECT_ROOT, check=True, capture_output=True)
        # Blank is not set: schedulers and make hand variables on that nobody filled in.
        run = _nightly(night.landing, night.home, BILLING_MEMORY_LIMIT="", BILLING_THREADS=" ")
        assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-3000:]
        (folder / "terminal.txt").write_text(run.stdout)
        (folder / "errors.txt").write_text(run.stderr)
    return night


def published(home: Path) -> dict[str, list[tuple]]:
    """Every row of every published table, by schema and name."""
    file = home / "published" / "billing_marts.duckdb"
    with duckdb.connect(str(file), read_only=True) as reader:
        tables = reader.sql("select schema_name, table_name from duckdb_tables()").fetchall()
        return {
            f"{schema}.{name}": reader.sql(f'from {schema}."{name}"').fetchall()
            for schema, name in sorted(tables)
        }
