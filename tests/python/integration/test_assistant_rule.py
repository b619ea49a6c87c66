"""The arithmetic of CQ and CO in SQL against a count by quarter hours, over a grid of minutes.

Every pair of minutes of therapist and assistant up to 37 (two quarter hours and a rest), with one
to four units, is a visit of its own. All go through the warehouse in one run.
"""

import random
from dataclasses import dataclass
from datetime import date
from itertools import product
from pathlib import Path

import pytest
from landing_builder import write_csv
from pipeline import build, read_table

DAY = "2026-05-02"
EXTRACT_DATE = "2026-05-31"


@dataclass(frozen=True)
class Case:
    """A timed code at a visit: its minutes, its units, and which lines of it carry CQ."""

    by_therapist: int
    by_assistant: int
    units: tuple[int, int]  # of the therapist's line and of the assistant's
    marked: tuple[bool, bool]

    @property
    def due(self) -> int:
        """Units that should carry CQ: each clinician's whole quarter hours, then what is left."""
        left = sum(self.units)
        therapist, assistant, due = self.by_therapist, self.by_assistant, 0
        while therapist >= 15:
            therapist, left = therapist - 15, left - 1
        while assistant >= 15:
            assistant, left, due = assistant - 15, left - 1, due + 1
        is_most = therapist < 8 and assistant > (therapist + assistant) / 10
        if (left == 1 and is_most) or (left >= 2 and assistant > 8):
            due += 1
        return min(due, sum(self.units))

    @property
    def finding(self) -> tuple[str, int] | None:
        """What is found, and on which line."""
        carried = sum(
            units for units, is_marked in zip(self.units, self.marked, strict=True) if is_marked
        )
        if carried < self.due:
            return ("missing", self.marked.index(False))
        if carried > self.due:
            return ("unjustified", self.marked.index(True))
        return None


def made_cases() -> dict[str, Case]:
    dice = random.Random(97110)
    cases = {}
    for number, (p, a, total) in enumerate(product(range(38), range(38), range(1, 5))):
        first = dice.randint(0, total)
        marks = (dice.random() < 0.3, dice.random() < 0.6)
        cases[f"V{number:05}"] = Case(p, a, (first, total - first), marks)
    return cases


def write_practice(landing: Path, cases: dict[str, Case]) -> None:
    def write(extract: str, rows: list[dict]) -> None:
        write_csv(landing, extract, EXTRACT_DATE, rows)

    write("clinics", [{"clinic_id": "K", "clinic_name": "North"}])
    staff = {"D": "PT", "E": "PTA"}
    write(
        "providers",
        [
            {"provider_id": key, "npi": "1234567893", "credential": one}
            for key, one in staff.items()
        ],
    )
    write("payers", [{"payer_id": "A", "payer_name": "A", "payer_type": "medicare"}])
    person = {"first_name": "A", "last_name": "B", "birth_date": "1960-01-01"}
    write("patients", [{"patient_id": "N", "mrn": "1", **person}])
    cover = {"payer_id": "A", "priority": 1, "effective_from": "2026-01-01"}
    write("coverages", [{"coverage_id": "C", "patient_id": "N", **cover}])
    place = {"patient_id": "N", "clinic_id": "K", "provider_id": "D", "service_date": DAY}
    write("visits", [{"visit_id": key, **place} for key in cases])
    same = {"cpt_code": "97110", "diagnosis_1": "M54.50", "charge_amount": 40}
    write(
        "charges",
        [
            {
                "charge_id": f"{key}-{line}",
                "visit_id": key,
                "modifier_1": "GP",
                "modifier_2": "CQ" if case.marked[line] else None,
                "units": case.units[line],
                "minutes": (case.by_therapist, case.by_assistant)[line],
                "rendering_provider_id": "DE"[line],
                "posted_at": f"{DAY} 20:00",
                **same,
            }
            for key, case in cases.items()
            for line in (0, 1)
        ],
    )


@pytest.fixture(scope="module")
def cases() -> dict[str, Case]:
    return made_cases()


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory, cases: dict[str, Case]) -> Path:
    folder = tmp_path_factory.mktemp("assistant")
    write_practice(folder / "landing", cases)
    (folder / "landing" / "x12").mkdir()
    wanted = ("--select", "+int_coding__assistant_modifiers")
    return build(folder / "landing", folder, date(2026, 6, 30), *wanted)


# Minutes of therapist and assistant, units, and how many are the assistant's: worked by hand.
VECTORS = [
    (15, 15, 2, 1),
    (15, 8, 2, 1),
    (8, 15, 2, 1),
    (23, 7, 2, 0),
    (8, 7, 1, 0),
    (7, 8, 1, 1),
    (7, 0, 1, 0),
    (14, 9, 2, 1),
    (14, 8, 2, 0),
    (0, 37, 1, 1),
]


@pytest.mark.parametrize(("therapist", "assistant", "units", "due"), VECTORS)
def test_the_count_finds_what_was_worked_out(
    therapist: int, assistant: int, units: int, due: int
) -> None:
    assert Case(therapist, assistant, (units, 0), (False, False)).due == due


def test_units_that_should_be_marked(cases: dict[str, Case], warehouse: Path) -> None:
    rows = read_table(warehouse, "from intermediate.int_coding__assistant_units")
    found = {row["visit_id"]: row["expected_marked_units"] for row in rows}
    assert found == {key: case.due for key, case in cases.items()}


def test_findings_stand_on_the_first_line_concerned(
    cases: dict[str, Case], warehouse: Path
) -> None:
    rows = read_table(warehouse, "from intermediate.int_coding__assistant_modifiers")
    assert len(rows) == 2 * len(cases)
    found = {row["charge_id"]: row["finding"] for row in rows if row["finding"]}
    expected = {
        f"{key}-{case.finding[1]}": case.finding[0] for key, case in cases.items() if case.finding
    }
    assert set(expected.values()) == {"missing", "unjustified"}
    assert found == expected
