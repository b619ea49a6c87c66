"""Whole nightly runs as a person starts them: what they print, what they leave, how they end."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from landing_builder import write_csv
from nights import Night, nightly, published

from orchestration.assets.models import LAYERS
from orchestration.publish import SCHEMAS


def test_a_night_ends_with_the_scorecard_and_the_file(sample_night: Night) -> None:
    assert "Scorecard of the practice" in sample_night.terminal
    for metric in ("Clean claim rate", "Denial rate", "No-show rate", "Net collection rate"):
        assert re.search(rf"{metric} .*20\d\d-\d\d", sample_night.terminal), metric
    file = sample_night.home / "published" / "billing_marts.duckdb"
    assert f"published: {file}" in sample_night.terminal
    page = sample_night.home / "published" / "report" / "index.html"
    assert f"report page: {page}" in sample_night.terminal
    assert page.is_file()


def test_what_a_night_leaves_is_its_owners_but_for_what_is_published(sample_night: Night) -> None:
    modes = {
        path.relative_to(sample_night.home).parts[0]: path.stat().st_mode & 0o077
        for path in sample_night.home.iterdir()
    }
    open_to_others = {name for name, mode in modes.items() if mode}
    assert "warehouse.duckdb" in modes
    assert open_to_others <= {"published", "shared"}
    file = sample_night.home / "published" / "billing_marts.duckdb"
    assert file.stat().st_mode & 0o044 == sample_night.home.stat().st_mode & 0o044


def test_every_model_was_built_and_every_test_was_run(sample_night: Night) -> None:
    folder = sample_night.home / "dbt"
    nodes = json.loads((folder / "manifest.json").read_text())["nodes"]
    results = {
        one["unique_id"]: one["status"]
        for layer in LAYERS
        for one in json.loads((folder / layer / "run_results.json").read_text())["results"]
    }
    assert sorted(set(nodes) - set(results)) == []
    assert set(results.values()) <= {"success", "pass", "warn"}
    # Dagster's own word where a test ran in another step than the table it is shown at.
    assert "emitted no result" not in sample_night.errors


def test_every_critical_expectation_is_met_on_the_sample(sample_night: Night) -> None:
    file = sample_night.home / "published" / "billing_marts.duckdb"
    with duckdb.connect(str(file), read_only=True) as reader:
        met = reader.sql(
            "select suite, bool_and(is_met) from quality.expectation_results "
            "where severity = 'critical' group by suite"
        ).fetchall()
    assert sorted(met) == [("core", True), ("metrics", True), ("raw", True), ("staging", True)]


def test_everything_is_published_described_and_without_ids(sample_night: Night) -> None:
    tables = published(sample_night.home)
    assert {name.split(".")[0] for name in tables} == set(SCHEMAS)
    for filled in ("core.fct_claim", "metrics.scorecard", "quality.load_log", "metrics.catalog"):
        assert tables[filled], filled
    with duckdb.connect(str(sample_night.home / "warehouse.duckdb"), read_only=True) as warehouse:
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
    sample_night: Night, tmp_path: Path
) -> None:
    before = published(sample_night.home)
    home = tmp_path / "home"
    shutil.copytree(sample_night.home, home)
    # Its data tests would judge the same rows as those of the first night.
    run = nightly(sample_night.landing, home, DBT_EXCLUDE_RESOURCE_TYPES="test")
    assert run.returncode == 0, run.stderr
    assert "loaded 0 of" in run.stdout
    after = published(home)
    assert after.keys() == before.keys()
    assert {name for name in after if after[name] != before[name]} == set()


def test_a_critical_check_stops_the_publication_and_says_which(
    landing: Path, tmp_path: Path
) -> None:
    write_csv(landing, "clinics", "2026-06-30", [{"clinic_id": "K1", "clinic_name": "North"}])
    home = tmp_path / "home"
    last = home / "published" / "billing_marts.duckdb"
    last.parent.mkdir(parents=True)
    last.write_bytes(b"the last good night")
    (home / "pseudonym.key").write_text("ab" * 32)
    (home / "pseudonym.key").chmod(0o600)

    run = nightly(landing, home, BILLING_AS_OF="2026-06-30")

    assert run.returncode == 1
    assert "Nothing was published" in run.stderr
    assert re.search(r"- check charges_arrived of raw\.files: [\d,]+ rows fail", run.stderr)
    assert "quality.expectation_results" in run.stderr
    assert "The last published file stands" in run.stderr
    assert last.read_bytes() == b"the last good night"
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as warehouse:
        schemas = warehouse.sql("select distinct schema_name from duckdb_tables()").fetchall()
    assert sorted(schemas) == [("built",), ("quality",), ("raw",)]


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("BILLING_AS_OF", "30.6.2026", "BILLING_AS_OF must be a date like 2026-06-30"),
        ("BILLING_THREADS", "many", "BILLING_THREADS must be a whole number"),
        ("BILLING_LANDING", "/nowhere", "The landing folder /nowhere does not exist"),
    ],
)
def test_a_wrong_setting_ends_the_run_in_one_sentence(
    landing: Path, tmp_path: Path, name: str, value: str, sentence: str
) -> None:
    run = nightly(landing, tmp_path / "home", **{name: value})
    assert run.returncode == 2
    assert sentence in run.stderr
    assert len(run.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "home" / "warehouse.duckdb").exists()


def test_a_second_run_at_once_is_told_to_wait(landing: Path, tmp_path: Path) -> None:
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
        run = nightly(landing, home)
    finally:
        holder.kill()
        holder.wait()
    assert run.returncode == 2
    assert "Another run is using" in run.stderr


def test_an_empty_folder_beside_a_warehouse_gets_no_invented_practice(
    landing: Path, tmp_path: Path
) -> None:
    for kind in ("practice", "x12"):
        (landing / kind).rmdir()
    home = tmp_path / "home"
    home.mkdir()
    (home / "warehouse.duckdb").touch()
    (home / "pseudonym.key").write_text("ab" * 32)
    (home / "pseudonym.key").chmod(0o600)
    run = nightly(landing, home, BILLING_AS_OF="2026-06-30")
    assert run.returncode == 1
    assert "neither a practice/ nor an x12/ folder" in run.stderr
    assert list(landing.iterdir()) == []
