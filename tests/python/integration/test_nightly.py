"""Whole nightly runs as a person starts them: what they print, what they leave, how they end."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from orchestration.publish import SCHEMAS
from orchestration.settings import PROJECT_ROOT


def nightly(landing: Path, home: Path, **settings: str) -> subprocess.CompletedProcess:
    environment = {name: text for name, text in os.environ.items() if "BILLING" not in name}
    return subprocess.run(
        [sys.executable, "-m", "orchestration.nightly"],
        cwd=PROJECT_ROOT,
        env={
            **environment,
            "BILLING_LANDING": str(landing),
            "BILLING_HOME": str(home),
            **settings,
        },
        capture_output=True,
        text=True,
        timeout=600,
    )


def published(home: Path) -> dict[str, list[tuple]]:
    """Every row of every published table."""
    file = home / "published" / "billing_marts.duckdb"
    with duckdb.connect(str(file), read_only=True) as reader:
        tables = reader.sql("select schema_name, table_name from duckdb_tables()").fetchall()
        return {
            f"{schema}.{name}": reader.sql(f'from {schema}."{name}"').fetchall()
            for schema, name in sorted(tables)
        }


@pytest.fixture(scope="module")
def first_night(small_practice: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a practice after one good night."""
    home = tmp_path_factory.mktemp("nights") / "home"
    run = nightly(small_practice, home)
    assert run.returncode == 0, run.stdout + run.stderr
    (home / "terminal.txt").write_text(run.stdout)
    return home


def test_a_night_ends_with_the_scorecard_and_the_file(first_night: Path) -> None:
    terminal = (first_night / "terminal.txt").read_text()
    assert "Scorecard of the practice" in terminal
    for metric in ("Clean claim rate", "Denial rate", "Days in A/R", "Net collection rate"):
        assert re.search(rf"{metric}.*20\d\d-\d\d", terminal), metric
    assert str(first_night / "published" / "billing_marts.duckdb") in terminal


def test_everything_is_published_described_and_without_ids(first_night: Path) -> None:
    tables = published(first_night)
    assert {name.split(".")[0] for name in tables} == set(SCHEMAS)
    for filled in ("core.fct_claim", "metrics.scorecard", "quality.load_log", "metrics.catalog"):
        assert tables[filled], filled
    with duckdb.connect(str(first_night / "warehouse.duckdb"), read_only=True) as warehouse:
        private = {
            value
            for query in (
                "select patient_id from staging.stg_practice__patients",
                "select mrn from staging.stg_practice__patients",
                "select member_id from staging.stg_practice__coverages",
                "select claim_id from core.fct_claim",
                "select charge_id from core.fct_charge",
                "select visit_id from core.fct_visit",
            )
            for (value,) in warehouse.sql(query).fetchall()
        }
    shown = {value for rows in tables.values() for row in rows for value in row}
    assert not {value for value in private & shown if value is not None}


def test_a_second_night_with_nothing_new_publishes_the_same_rows(
    first_night: Path, small_practice: Path
) -> None:
    before = published(first_night)
    run = nightly(small_practice, first_night)
    assert run.returncode == 0, run.stderr
    assert "loaded 0 of" in run.stdout
    after = published(first_night)
    assert after.keys() == before.keys()
    assert {name for name in after if after[name] != before[name]} == set()


def test_a_critical_check_stops_the_publication_and_says_which(
    first_night: Path, small_practice: Path, tmp_path: Path
) -> None:
    landing, home = tmp_path / "landing", tmp_path / "home"
    shutil.copytree(small_practice, landing)
    for file in (landing / "practice").rglob("charges_*"):
        file.write_text("this,is,no,header\n1,2,3,4\n")
    shutil.copytree(first_night, home)
    (home / "warehouse.duckdb").unlink()
    file = home / "published" / "billing_marts.duckdb"
    before = file.read_bytes()

    run = nightly(landing, home)

    assert run.returncode == 1
    assert "Nothing was published" in run.stderr
    assert re.search(r"- check \w+ of raw\.\w+: [\d,]+ rows fail", run.stderr), run.stderr
    assert "quality.expectation_results" in run.stderr
    assert file.read_bytes() == before
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as warehouse:
        schemas = warehouse.sql("select distinct schema_name from duckdb_tables()").fetchall()
    assert ("metrics",) not in schemas


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("BILLING_AS_OF", "30.6.2026", "BILLING_AS_OF must be a date like 2026-06-30"),
        ("BILLING_THREADS", "many", "BILLING_THREADS must be a whole number"),
        ("BILLING_LANDING", "/nowhere", "The landing folder /nowhere does not exist"),
    ],
)
def test_a_wrong_setting_ends_the_run_in_one_sentence(
    small_practice: Path, tmp_path: Path, name: str, value: str, sentence: str
) -> None:
    run = nightly(small_practice, tmp_path / "home", **{name: value})
    assert run.returncode == 2
    assert sentence in run.stderr
    assert len(run.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "home" / "warehouse.duckdb").exists()


def test_a_second_run_at_once_is_told_to_wait(small_practice: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    program = (
        "import fcntl, os, sys, time; "
        "fcntl.flock(os.open(sys.argv[1], os.O_RDWR | os.O_CREAT), fcntl.LOCK_EX); "
        "print('held', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", program, str(home / ".run.lock")], stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout.readline() == "held\n"
        run = nightly(small_practice, home)
    finally:
        holder.kill()
        holder.wait()
    assert run.returncode == 2
    assert "Another run is using" in run.stderr
