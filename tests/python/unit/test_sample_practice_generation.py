"""How the sample is generated: by seed, in regions, whole or not at all; and its arithmetic."""

import gzip
import hashlib
import json
import signal
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from sample_files import all_files, segments_of

from orchestration.settings import PROJECT_ROOT
from sample_practice import cli, payers, people, rates
from sample_practice.cli import RefusalError, generate, main
from sample_practice.reference import ROOT_CAUSES, half_practice_expense, medicare_fee
from sample_practice.treatment import right_units

START, END = date(2026, 1, 1), date(2026, 4, 30)


def hashes(folder: Path) -> dict[str, str]:
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.rglob("*")
        if file.is_file()
    }


def make(folder: Path, seed: int = 1, visits: int = 120) -> dict[str, str]:
    generate(folder / "landing", folder / "truth", seed, visits, START, END)
    return hashes(folder)


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    first = make(tmp_path / "first", seed=4)
    assert make(tmp_path / "second", seed=4) == first
    other = make(tmp_path / "other", seed=5)
    assert other["landing/sample.json"] != first["landing/sample.json"]
    same = {name for name in first.keys() & other.keys() if first[name] == other[name]}
    # What does not hang on chance: the prices and payers, and what begins when.
    assert {name.split("_")[0] for name in same} <= {
        "landing/practice/fee", "landing/practice/payers", "landing/practice/clinics",
        "landing/practice/interventions",
    } | {name for name in same if name.startswith("truth/")}  # fmt: skip


def test_daily_extracts_tell_the_same(tmp_path: Path) -> None:
    """A key's newest row is the same, and so is every X12 file."""
    monthly, daily = tmp_path / "monthly", tmp_path / "daily"
    generate(monthly, None, 4, 120, START, END)
    generate(daily, None, 4, 120, START, END, daily_from=date(2026, 4, 28))
    days = {path.stem.split("_")[-1] for path in (daily / "practice").glob("visits_*")}
    assert {"20260428", "20260429", "20260430"} <= days
    assert hashes(monthly / "x12") == hashes(daily / "x12")
    for extract in ("visits", "charges", "appointments", "patient_payments", "reported_totals"):
        assert newest_rows(daily, extract) == newest_rows(monthly, extract), extract


def newest_rows(landing: Path, extract: str) -> dict[str, str]:
    found = {}
    for path in sorted((landing / "practice").glob(f"{extract}_*")):
        content = path.read_bytes()
        text = gzip.decompress(content) if path.suffix == ".gz" else content
        lines = text.decode("utf-8-sig").splitlines()
        found |= {
            line.split(",")[0] if extract != "reported_totals" else line: line for line in lines
        }
    return found


def test_truth_is_written_only_on_demand(tmp_path: Path) -> None:
    generate(tmp_path / "landing", None, 1, 40, START, END)
    assert [path.name for path in tmp_path.iterdir()] == ["landing"]
    facts = json.loads((tmp_path / "landing" / "sample.json").read_text())
    assert facts["as_of"] == "2026-04-30"
    assert sorted(path.name for path in (tmp_path / "landing").iterdir()) == [
        "practice", "sample.json", "x12",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["notes.txt", "practice/charges_20260101.csv", "x12/own.835"])
def test_a_folder_with_other_files_is_refused(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    landing = tmp_path / "landing"
    options = ["--landing", str(landing), "--visits", "40", "--start", "2026-04-01"]
    options += ["--end", "2026-04-30"]
    assert main(options) == 0
    (landing / name).write_text("not ours")
    before = hashes(tmp_path)
    assert main(options) == 2
    assert hashes(tmp_path) == before
    message = capsys.readouterr().err.strip()
    assert str(landing) in message
    assert message.count("\n") == 0
    (landing / name).unlink()
    assert main(options) == 0


def test_a_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "landing").mkdir()
    generate(tmp_path / "landing", None, 1, 20, START, END)
    foreign = tmp_path / "foreign" / "practice"
    foreign.mkdir(parents=True)
    (foreign / "visits_20260101.csv").write_text("visit_id\n")
    with pytest.raises(RefusalError):
        generate(tmp_path / "foreign", None, 1, 20, START, END)
    with pytest.raises(RefusalError):
        generate(tmp_path / "landing", tmp_path / "landing" / "truth", 1, 20, START, END)


def test_a_failure_leaves_the_earlier_practice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = make(tmp_path)

    def fail(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "simulate", fail)
    with pytest.raises(KeyboardInterrupt):
        make(tmp_path, seed=9)
    assert hashes(tmp_path) == before
    # What a killed run leaves beside the folder does not hinder the next one.
    (tmp_path / ".landing.draft" / "x12").mkdir(parents=True)
    monkeypatch.undo()
    assert make(tmp_path) == before


# Makes two regions of 60 visits in the landing and truth folders below argument 1.
TWO_REGIONS = """
import sys
from datetime import date
from pathlib import Path
from sample_practice import cli
cli.VISITS_OF_A_REGION = 60
folder = Path(sys.argv[1])
days = date(2026, 1, 1), date(2026, 4, 30)
cli.generate(folder / "landing", folder / "truth", 1, 120, *days)
"""


def test_regions_share_no_number(tmp_path: Path) -> None:
    # Some that start programs have them ignore the signal by which a pool ends its processes.
    subprocess.run(
        [sys.executable, "-c", TWO_REGIONS, tmp_path],
        cwd=PROJECT_ROOT,
        preexec_fn=lambda: signal.signal(signal.SIGTERM, signal.SIG_IGN),
        check=True,
        timeout=120,
    )
    landing = tmp_path / "landing"
    interchanges: list[str] = []
    claims: list[str] = []
    batches: list[str] = []
    for file in all_files(landing, "claims"):
        for segment in segments_of(file):
            if segment[0] == "ISA":
                interchanges.append(segment[13])
            elif segment[0] == "BHT":
                batches.append(segment[3])
            elif segment[0] == "REF" and segment[1] == "6R":
                claims.append(segment[2])
    assert len({file.name.endswith("_r001.x12") for file in all_files(landing, "claims")}) == 2
    assert max(Counter(interchanges).values()) == 1
    assert max(Counter(batches).values()) == 1
    visits = [
        line.split(",")[0]
        for file in (tmp_path / "truth").glob("visits*.csv")
        for line in file.read_text().splitlines()[1:]
    ]
    assert len(visits) == len(set(visits))
    assert {visit[1:4] for visit in visits} == {"000", "010"}


@pytest.mark.parametrize(
    ("minutes", "cms", "ama"),
    [
        ([18, 13, 10, 8], [1, 1, 1, 0], [1, 1, 1, 1]),
        ([10, 10], [1, 0], [1, 1]),
        ([7, 7, 7], [1, 0, 0], [0, 0, 0]),
        ([33, 7], [2, 1], [2, 0]),
        ([24, 23], [2, 1], [2, 2]),
    ],
)
def test_units_follow_the_payers_rule(minutes: list[int], cms: list[int], ama: list[int]) -> None:
    given = {str(number): spent for number, spent in enumerate(minutes)}
    assert list(right_units("cms", given).values()) == cms
    assert list(right_units("ama", given).values()) == ama


@pytest.mark.parametrize(
    ("units", "dearest", "cents"),
    [
        ({"97110": 2, "97140": 1}, "97110", 7239),
        ({"97530": 1, "97110": 1, "97112": 1, "97140": 1}, "97530", 10502),
    ],
)
def test_multiple_procedures_are_reduced(units: dict[str, int], dearest: str, cents: int) -> None:
    # The vectors of the rules, at the conversion factor 33.2875; rounding is per unit here.
    full = sum(medicare_fee(code, 2024) * count for code, count in units.items())
    reduced = sum(
        half_practice_expense(code, 2024) * (count - (code == dearest))
        for code, count in units.items()
    )
    assert abs(full - reduced - cents) <= 2


def test_identifiers_carry_their_check_digit() -> None:
    # 1234567893 is the example of the NPI standard.
    assert people.npi(23456789) == "1234567893"


def test_refusal_reasons_have_a_cause() -> None:
    assert set(payers._MISSING_MODIFIER.values()) <= set(ROOT_CAUSES)
    assert rates.of_year(rates.KX_THRESHOLD_CENTS, 2030) == rates.KX_THRESHOLD_CENTS[2026]
