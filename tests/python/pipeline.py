"""The pipeline of one run in a test: load a landing folder, build the dbt project, read tables."""

import os
from datetime import date
from decimal import Decimal
from pathlib import Path
from subprocess import run

import duckdb
from parsed import share_parse

from orchestration.dbt_project import dbt_command, environment
from orchestration.ingest import load_diagnosis_codes, load_landing
from orchestration.settings import PROJECT_ROOT, Settings

Table = list[dict[str, object]]


def load(landing: Path, home: Path, as_of: date) -> Settings:
    """Load what is new in a landing folder into the warehouse below home."""
    variables = {"LANDING": landing, "HOME": home, "AS_OF": as_of, "REFERENCE": home / "reference"}
    settings = Settings.from_environment({f"BILLING_{k}": str(v) for k, v in variables.items()})
    load_landing(settings)
    load_diagnosis_codes(settings)
    return settings


def build(landing: Path, home: Path, as_of: date, *arguments: str) -> Path:
    """Load a landing folder into a new warehouse below home, run seeds and models, return its path.

    Only what makes tables; the data tests are those of `hold`. arguments narrow it (`--select`,
    `+some_model`). dbt's output is in the message when it fails.
    """
    settings = load(landing, home, as_of)
    run_dbt(settings, "build", "--resource-types", "seed", "model", *arguments)
    return settings.warehouse


def hold(landing: Path, home: Path, as_of: date) -> None:
    """Run every data test on what was built: none may stop a night because a practice is odd."""
    run_dbt(load(landing, home, as_of), "test", "--exclude-resource-type", "unit_test")


def build_tests(landing: Path, home: Path, as_of: date, *selected: str) -> Settings:
    """Load a landing folder and build some models with their data tests, which must hold."""
    settings = load(landing, home, as_of)
    selection = ["--select", *selected, "--exclude-resource-type", "unit_test"]
    run_dbt(settings, "build", *selection, "--indirect-selection", "cautious")
    return settings


def run_dbt(settings: Settings, task: str, *arguments: str) -> None:
    """Run dbt on the warehouse of a home, as a night does; what it says is in the failure."""
    share_parse(settings.home)
    done = run(
        [dbt_command(), "--quiet", task, *arguments],
        cwd=PROJECT_ROOT,
        env={**os.environ, **environment(settings)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def read_table(warehouse: Path, query: str) -> Table:
    """The rows of a query as dictionaries; counts and amounts become Decimal."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        cursor = connection.execute(query)
        columns = [column[0] for column in cursor.description]
        return [
            {name: _plain(value) for name, value in zip(columns, row, strict=True)}
            for row in cursor.fetchall()
        ]


def _plain(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return Decimal(str(value))
