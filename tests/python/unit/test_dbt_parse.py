"""The parse of the project: when it is made anew, and without what. dbt is a script here."""

import os
from pathlib import Path

import pytest
from landing_builder import make_settings

from orchestration import dbt_project
from orchestration.dbt_project import DbtError, ensure_manifest, target_path
from orchestration.settings import Settings

# Fails as dbt does where it starts from the parse of another release.
PARSE = """
[ -e "$DBT_TARGET_PATH/partial_parse.msgpack" ] && exit 2
[ -e "$DBT_TARGET_PATH/core/partial_parse.msgpack" ] && exit 2
echo parsed >> "$DBT_TARGET_PATH/manifest.json"
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = make_settings(tmp_path, tmp_path)
    target = target_path(made)
    (target / "core").mkdir(parents=True)
    for folder in (target, target / "core"):
        (folder / "partial_parse.msgpack").write_bytes(b"of another release")
    return made


def dbt_is(script: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = folder / "dbt.sh"
    command.write_text(f"#!/bin/sh\n{script}\n")
    command.chmod(0o700)
    monkeypatch.setattr(dbt_project, "dbt_command", lambda: str(command))


def test_a_manifest_of_other_code_is_made_anew_although_it_is_newer(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dbt_is(PARSE, tmp_path, monkeypatch)
    manifest = target_path(settings) / "manifest.json"
    manifest.write_text("of another release\n")
    assert ensure_manifest(settings).read_text() == "of another release\nparsed\n"
    assert ensure_manifest(settings).read_text() == "of another release\nparsed\n"
    monkeypatch.setattr(dbt_project, "code_of", lambda *_: "other")
    assert ensure_manifest(settings).read_text() == "of another release\nparsed\nparsed\n"


def test_a_manifest_is_made_anew_where_a_file_is_newer(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dbt_is(PARSE, tmp_path, monkeypatch)
    os.utime(ensure_manifest(settings), (0, 0))
    assert ensure_manifest(settings).read_text() == "parsed\nparsed\n"


def test_a_project_that_does_not_parse_is_told(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dbt_is("echo model x has no ref; exit 2", tmp_path, monkeypatch)
    with pytest.raises(DbtError, match="does not parse:\nmodel x has no ref"):
        ensure_manifest(settings)
