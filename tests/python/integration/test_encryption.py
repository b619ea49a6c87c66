"""A warehouse that is encrypted at rest: a whole night on it, and every way to have a wrong key."""

import os
import subprocess
from pathlib import Path

import duckdb
import pytest
from canaries import AS_OF
from landing_builder import make_settings, write_csv
from nights import nightly, published

from orchestration import release
from orchestration.dbt_project import dbt_command, environment, read_manifest
from orchestration.ingest import load_landing
from orchestration.publish import publish
from orchestration.settings import PROJECT_ROOT, Settings, SettingsError
from orchestration.warehouse import check_key, connect

MODELS = ("+dim_clinic", "ties_to_core_no_show_rate_", "+no_show_rate")
KEY, OTHER = "ab" * 32, "cd" * 32


def key_file(folder: Path, key: str = KEY) -> Path:
    file = folder / f"{key[:4]}.key"
    file.write_text(key + "\n")
    file.chmod(0o600)
    return file


def encrypted(landing: Path, folder: Path, key: str = KEY) -> Settings:
    plain = make_settings(landing, folder / "home")
    return Settings(**{**vars(plain), "encryption_key_file": key_file(folder, key)})


def test_every_step_opens_it(landing: Path, tmp_path: Path) -> None:
    """Loader, checks, dbt and publication in turn; a whole night takes minutes and adds nothing."""
    settings = encrypted(landing, tmp_path)
    write_csv(landing, "clinics", "2026-06-30", [{"clinic_id": "ZZCANARY", "clinic_name": "N"}])

    run = nightly(
        landing,
        settings.home,
        BILLING_ENCRYPTION_KEY_FILE=str(settings.encryption_key_file),
        BILLING_AS_OF=AS_OF,
    )
    built = subprocess.run(
        [dbt_command(), "--quiet", "build", "--select", *MODELS, "--exclude", "assert_*"],
        cwd=PROJECT_ROOT,
        env={**os.environ, **environment(settings)},
        capture_output=True,
        text=True,
    )
    manifest = read_manifest(settings)
    nodes = {one: node for one, node in manifest["nodes"].items() if one.endswith(".dim_clinic")}
    counts = publish(settings, {"nodes": nodes, "sources": {}})

    # The loader, and the checks of raw, of which one stops the night.
    assert "- check charges_arrived of raw.files: " in run.stderr
    assert built.returncode == 0, built.stdout
    assert counts == {"core.dim_clinic": 1}
    assert published(settings.home)["core.dim_clinic"][0][0] == "ZZCANARY"
    assert b"ZZCANARY" not in settings.warehouse.read_bytes()
    with pytest.raises(duckdb.CatalogException, match="without a key"):
        duckdb.connect(str(settings.warehouse), read_only=True)
    for file in (path for path in settings.home.rglob("*") if path.is_file()):
        assert KEY.encode() not in file.read_bytes(), file


def test_a_value_is_not_found_in_the_file(landing: Path, tmp_path: Path) -> None:
    settings = encrypted(landing, tmp_path)
    write_csv(landing, "patients", "2026-06-30", [{"patient_id": "ZZCANARY"}])

    load_landing(settings, report=lambda line: None)

    assert b"ZZCANARY" not in settings.warehouse.read_bytes()
    with connect(settings, read_only=True) as connection:
        assert connection.sql("select patient_id from raw.patients").fetchall() == [("ZZCANARY",)]


def test_a_wrong_or_missing_key_is_told_before_any_work(landing: Path, tmp_path: Path) -> None:
    (landing / "practice" / "x").touch()
    load_landing(encrypted(landing, tmp_path), report=lambda line: None)
    before = (tmp_path / "home" / "warehouse.duckdb").read_bytes()

    for key, told in (
        (key_file(tmp_path, OTHER), "does not hold the key of the warehouse"),
        ("", "is encrypted: BILLING_ENCRYPTION_KEY_FILE must name the file with its key"),
        (tmp_path / "none", f"BILLING_ENCRYPTION_KEY_FILE {tmp_path}/none cannot be used: No such"),
    ):
        run = nightly(landing, tmp_path / "home", BILLING_ENCRYPTION_KEY_FILE=str(key))
        assert run.returncode == 2
        assert told in run.stderr
        assert len(run.stderr.strip().splitlines()) == 1
    assert (tmp_path / "home" / "warehouse.duckdb").read_bytes() == before


def test_a_key_for_a_warehouse_that_is_not_encrypted(landing: Path, tmp_path: Path) -> None:
    load_landing(make_settings(landing, tmp_path / "home"), report=lambda line: None)

    with pytest.raises(SettingsError, match="is not encrypted, and BILLING_ENCRYPTION_KEY_FILE is"):
        check_key(encrypted(landing, tmp_path))


def test_what_a_killed_run_leaves_is_encrypted_too(landing: Path, tmp_path: Path) -> None:
    """The write-ahead log, and what did not fit in memory; without a key both say everything."""
    plain = make_settings(landing, tmp_path / "plain")
    for settings, is_readable in ((encrypted(landing, tmp_path), False), (plain, True)):
        settings.home.mkdir()
        connection = connect(settings, memory_limit="30MB", threads=1)
        connection.execute("create table written as select 'ZZCANARY' as a")
        connection.execute(
            "create temp table spilled as "
            "select 'ZZCANARY' || random() || repeat('x', 300) as a from range(150_000)"
        )

        left = [settings.warehouse.with_name("warehouse.duckdb.wal"), *settings.spill_dir.iterdir()]

        assert len(left) > 1
        for file in (left[0], max(left, key=lambda one: one.stat().st_size)):
            assert (b"ZZCANARY" in file.read_bytes()) is is_readable, file
        connection.close()


def test_a_file_is_shown_to_who_releases_it(landing: Path, tmp_path: Path, monkeypatch, capsys):
    settings = encrypted(landing, tmp_path)
    write_csv(landing, "clinics", "2026-02-30", [{"clinic_id": "C1", "clinic_name": "N"}])
    load_landing(settings, report=lambda line: None)
    monkeypatch.setenv("BILLING_HOME", str(settings.home))
    monkeypatch.setenv("BILLING_ENCRYPTION_KEY_FILE", str(settings.encryption_key_file))

    code = release.main(["--file", "practice/clinics_20260230.csv"])

    assert (code, capsys.readouterr().out) == (
        0,
        "file: The date in the file name is no day of the calendar. Can be released.\n",
    )


def test_the_extension_of_another_release_of_duckdb_is_not_taken(
    landing: Path, tmp_path: Path
) -> None:
    settings = encrypted(landing, tmp_path)
    old = settings.home / "extensions" / "v1.4.0" / "any" / "httpfs.duckdb_extension"
    old.parent.mkdir(parents=True)
    old.touch()

    with connect(settings) as connection:
        connection.execute("create table t as select 1")


def test_a_key_that_others_can_use_is_refused(landing: Path, tmp_path: Path) -> None:
    settings = encrypted(landing, tmp_path)
    settings.encryption_key_file.chmod(0o644)

    with pytest.raises(SettingsError, match=r"BILLING_ENCRYPTION_KEY_FILE .*run chmod 600"):
        check_key(settings)
