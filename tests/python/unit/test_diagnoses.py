"""The list of billable diagnosis codes: what is in it, and when it is read again."""

from collections.abc import Callable

import duckdb
import pytest

from orchestration.ingest import diagnoses, load_diagnosis_codes, prepare
from orchestration.settings import Settings


def test_headers_blocks_and_repeats_are_no_codes(
    settings: Settings, query: Callable[..., list[tuple]]
) -> None:
    prepare(settings)
    count = load_diagnosis_codes(settings)
    assert query("select count(*), count(distinct icd10_code) from raw.icd10_codes") == [
        (count, count)
    ]
    # A release has some seventy thousand billable codes.
    assert 70_000 < count < 80_000
    codes = ("M5450", "M25511", "S93401D", "Z471", "F99", "M54", "M545", "S93401", "M40-M54")
    found = query("select icd10_code from raw.icd10_codes where icd10_code in ?", codes)
    assert sorted(code for (code,) in found) == ["F99", "M25511", "M5450", "S93401D", "Z471"]


def test_the_list_is_read_again_when_the_release_changes(
    settings: Settings, query: Callable[..., list[tuple]], monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(settings)
    monkeypatch.setattr(diagnoses, "_billable_codes", lambda: ["A000", "B20"])
    monkeypatch.setattr(diagnoses, "version", lambda package: "1")
    assert load_diagnosis_codes(settings) == 2
    monkeypatch.setattr(diagnoses, "_billable_codes", lambda: ["A000"])
    assert load_diagnosis_codes(settings) == 2
    monkeypatch.setattr(diagnoses, "version", lambda package: "2")
    assert load_diagnosis_codes(settings) == 1
    assert query("from raw.icd10_codes") == [("A000", "2")]


def test_a_list_that_cannot_be_stored_leaves_the_last_one(
    settings: Settings, query: Callable[..., list[tuple]], monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(settings)
    monkeypatch.setattr(diagnoses, "version", lambda package: "1")
    monkeypatch.setattr(diagnoses, "_billable_codes", lambda: ["A000"])
    load_diagnosis_codes(settings)
    monkeypatch.setattr(diagnoses, "version", lambda package: "2")

    def broken() -> list[str]:
        raise duckdb.Error("cannot be read")

    monkeypatch.setattr(diagnoses, "_billable_codes", broken)
    with pytest.raises(duckdb.Error):
        load_diagnosis_codes(settings)
    assert query("from raw.icd10_codes") == [("A000", "1")]
