"""The files and the table of the X12 benchmark."""

from pathlib import Path

import pytest

from benchmarks import x12
from benchmarks.x12_files import Sets
from orchestration.ingest.x12 import read_envelopes


@pytest.fixture(scope="module")
def sets() -> Sets:
    return Sets(visits=60)


@pytest.mark.parametrize("kind", x12.KINDS)
def test_a_file_has_the_wanted_size_and_sound_frames(sets: Sets, tmp_path: Path, kind: str) -> None:
    file = tmp_path / "many.x12"
    size = sets.write(file, kind, 200_000)

    found = read_envelopes(file.read_bytes())

    assert 200_000 <= size == file.stat().st_size < 250_000
    assert found.quarantine_reason is None and len(found.transaction_sets) > 5
    assert {one.frame_error for one in found.transaction_sets} == {None}
    assert len({one.body_sha256 for one in found.transaction_sets}) == len(found.transaction_sets)


def test_a_file_may_be_one_set(sets: Sets, tmp_path: Path) -> None:
    file = tmp_path / "one.x12"
    sets.write_one_set(file, 200_000)

    (found,) = read_envelopes(file.read_bytes()).transaction_sets

    assert found.frame_error is None and found.body.count("\x1cCLP\x1d") > 100


def test_the_table_compares_every_reader_with_two_threads_of_ours() -> None:
    rates = {"this project, two threads": 20.0, "oxedi": 40.0}
    readers = {name: {"rate": rate, "rate_of_processor": 10.0} for name, rate in rates.items()}

    told = x12.written({"bytes": 30_000_000, "runs": 5, "kinds": {"835": readers}})

    assert "| 835 | oxedi | 40.0 | 10.0 | 0.5 |" in told
