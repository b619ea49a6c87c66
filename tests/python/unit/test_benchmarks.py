"""What the benchmarks make of a run's words and of a results file, and that they see children."""

import sys
from datetime import date
from pathlib import Path

import pytest

from benchmarks import nights, report, results
from benchmarks.nights import steps
from benchmarks.practices import Practice
from benchmarks.process import CommandError, Run, run
from benchmarks.start import parts

TERMINAL = """\
nightly run as of 2026-06-30: landing -> data
file 52 of 90: practice/appointments_20251231.csv: 3,902 rows, 0.0 s
loaded 3 of 3 CSV files (7 rows) and 5 of 5 X12 files (9 transaction sets); 52.8 s
expectations of raw: 42 of 42 met, 2.1 s
staging: 62 models and tests so far
staging: 94 models and 153 tests, 20.4 s
expectations of staging: 65 of 65 met, 1.0 s
core: 78 models and 414 tests, 114.5 s
metrics: 48 models and 295 tests, 17.0 s
published: 68 tables, 3,057,914 rows, 13.6 s
published: data/published/billing_marts.duckdb (249 s)"""


def night(name: str, visits: int, wall: float) -> dict:
    told = {"load": 1.0, "staging": 2.0, "core": 4.0, "metrics": 2.0, "expectations": 1.0}
    sizes = {"landing": 1, "warehouse": 1, "published": 1}
    return {
        **{"wall": wall, "cpu": 2 * wall, "peak_tree": 10**9, "peak_process": 10**9},
        **{"steps": told, "dbt": {"models": 3.0, "tests": 1.0}, **sizes},
    }


def test_the_seconds_of_steps_are_those_that_the_run_tells() -> None:
    done = Run(249.0, 300.0, 0, 0, [(0.0, line) for line in TERMINAL.splitlines()])
    assert steps(done) == {
        **{"load": 52.8, "staging": 20.4, "core": 114.5, "metrics": 17.0, "publish": 13.6},
        **{"expectations": 3.1, "rest": pytest.approx(27.6)},
    }


def test_a_fresh_start_is_split_where_the_run_says_what_begins() -> None:
    lines = [
        (1.0, "making the environment .venv"),
        (60.0, "landing is empty: making the sample practice"),
    ]
    lines += [
        (70.0, TERMINAL.splitlines()[0]),
        *((300.0, one) for one in TERMINAL.splitlines()[1:]),
    ]
    found = parts(Run(319.0, 400.0, 0, 0, lines))
    assert (found["environment"], found["sample practice"]) == (60.0, 10.0)
    assert sum(found.values()) == pytest.approx(319.0)


def test_memory_and_processor_time_of_children_count() -> None:
    child = "held = b'x' * 120_000_000; import time; time.sleep(0.6)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    done = run([sys.executable, "-c", parent], Path.cwd())
    assert done.peak_tree > done.peak_process > 120_000_000


def test_a_command_that_fails_is_told() -> None:
    with pytest.raises(CommandError, match="ended with 3: no luck"):
        run([sys.executable, "-c", "print('no luck'); raise SystemExit(3)"], Path.cwd())


def test_files_arrive_by_the_day_in_their_names(tmp_path: Path) -> None:
    practice = Practice(tmp_path, 10)
    for name in ("x12/ack_20260629_r001.x12", "x12/ack_20260630.x12", "practice/v_20260531.csv"):
        (practice.whole / name).parent.mkdir(parents=True, exist_ok=True)
        (practice.whole / name).write_text(name)
    assert practice.arrive(date(2026, 6, 29)) == 2
    assert practice.arrive(date(2026, 6, 30)) == 1
    assert (practice.landing / "x12" / "ack_20260630.x12").read_text() == "x12/ack_20260630.x12"


def test_the_last_record_counts_and_a_torn_line_is_none(tmp_path: Path) -> None:
    file = tmp_path / "results.jsonl"
    results.keep(file, "night", "first", 10, {"wall": 1.0})
    results.keep(file, "night", "first", 10, {"wall": 2.0})
    with file.open("a") as stream:
        stream.write('{"kind": "night", "na')
    assert [one["wall"] for one in results.read(file)] == [2.0]


def test_ratios_are_those_of_the_records(tmp_path: Path) -> None:
    file, page = tmp_path / "results.jsonl", tmp_path / "page.md"
    page.write_text(f"before\n{report.BEGIN}\nstale text\n{report.END}\nafter\n")
    results.keep(file, "night", "first", 1000, night("first", 1000, 20.0))
    results.keep(file, "night", "day", 1000, night("day", 1000, 5.0))
    floor = {**night("floor", 1000, 8.0), "steps": {"x12": 3.0}, "is_equal": True}
    results.keep(file, "floor", "floor", 1000, floor)
    report.write(file, page, tmp_path / "chart.svg")
    text = page.read_text()
    assert text.startswith("before\n") and text.endswith("after\n") and "stale" not in text
    # Checks: 1 s of expectations, and a quarter of the layers' 8 s, of 20 s.
    assert "| 1,000 | 2.5 | 2.5 | 15% | 25% |  | yes |" in text
    assert "<svg" in (tmp_path / "chart.svg").read_text()


def test_parts_of_a_size_go_on_from_a_kept_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    practice = Practice(tmp_path, 10)
    for day in ("20260629", "20260630"):
        (practice.whole / "x12").mkdir(parents=True, exist_ok=True)
        (practice.whole / "x12" / f"ack_{day}.x12").write_text(day)
    practice.arrive(nights.EVE)
    practice.published.parent.mkdir(parents=True)
    practice.published.write_text("of the first night")
    monkeypatch.setattr(nights, "_night", lambda *_: {"wall": 1.0})
    found: dict[str, dict] = {}
    nights.measure(practice, lambda _, name, result: found.setdefault(name, result), ["day"])
    assert found == {"day": {"wall": 1.0, "files": 1}}
    assert practice.published.read_text() == "of the first night"


def test_parts_that_go_on_from_no_night_are_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"for 10 visits: measure the part `first` before\.$"):
        nights.measure(Practice(tmp_path, 10), lambda *_: {}, ["day", "empty"])
