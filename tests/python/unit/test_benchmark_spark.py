"""The benchmark of both engines: what it runs again, and what it tells."""

import sys
from pathlib import Path

import pytest

from benchmarks import spark
from benchmarks.practices import Practice

_NIGHT = {
    "machine": {"processor": "a", "cores": 2, "memory": 1, "system": "b"},
    "versions": {},
    "commit": "c",
    "command": "d",
    "at": "e",
    "wall": 10.0,
    "cpu": 20.0,
    "peak_process": 2_000_000_000,
    "private": 5_000_000,
    "published": 1_000_000,
    "steps": dict.fromkeys(
        ("load", "staging", "core", "metrics", "publish", "expectations", "rest"), 1.0
    ),
}


def test_a_night_that_is_measured_is_not_run_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nights: list[tuple[int, str | None]] = []

    def night(practice: Practice, home: Path, engine: dict[str, str], memory: int) -> dict:
        if len(nights) == 2:
            raise KeyboardInterrupt
        nights.append((practice.visits, engine.get("executors")))
        return _NIGHT

    monkeypatch.setattr(spark, "night", night)
    monkeypatch.setattr(spark, "write", lambda file: None)
    monkeypatch.setattr(Practice, "make", lambda self: None)
    results = tmp_path / "results.jsonl"
    command = ["spark", "--visits", "10", "20", "--results", str(results)]
    monkeypatch.setattr(sys, "argv", command)
    with pytest.raises(KeyboardInterrupt):
        spark.main()
    first = list(nights)
    nights.clear()
    nights_before_end = [(10, "2"), (20, None), (20, "1"), (20, "2")]
    for _ in range(2):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(spark, "night", lambda *given: nights.append(_told(given)) or _NIGHT)
            assert spark.main() == 0

    assert first == [(10, None), (10, "1")]
    assert nights == nights_before_end


def _told(given: tuple) -> tuple[int, str | None]:
    practice, _, engine, _ = given
    return practice.visits, engine.get("executors")


def test_larger_sizes_are_extrapolated_by_a_straight_line() -> None:
    records = [
        {**_NIGHT, "name": "DuckDB", "visits": visits, "wall": wall, "cpu": 2 * wall}
        for visits, wall in ((1_000, 5.0), (10_000, 10.0), (1_010_000, 510.0))
    ]

    (row,) = (line for line in spark.extrapolated(records).splitlines() if "| DuckDB" in line)

    assert row == "| DuckDB | 500 | 1,000 | 2,505 | 25,005 |"
    assert spark.extrapolated(records[:1]) == ""


def test_each_night_stands_beside_duckdbs(tmp_path: Path) -> None:
    records = [
        {**_NIGHT, "name": "Spark, 1 executor", "visits": 10, "cpu": 50.0},
        {**_NIGHT, "name": "DuckDB", "visits": 10},
    ]

    rows = [line for line in spark.written(records).splitlines() if line.startswith("| 10 ")]

    assert rows == [
        "| 10 | DuckDB | 10 | 20 | 1.0 | 2.0 | 5 | 1 |",
        "| 10 | Spark, 1 executor | 10 | 50 | 2.5 | 2.0 | 5 | 1 |",
        "| 10 | DuckDB | 1 | 1 | 1 | 1 | 1 | 1 | 1 |",
        "| 10 | Spark, 1 executor | 1 | 1 | 1 | 1 | 1 | 1 | 1 |",
    ]
