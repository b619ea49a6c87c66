"""Medicare's expected payment in SQL against one worked out with decimals, on days by hypothesis.

Each patient has a few visits on two neighbouring dates; all go through the warehouse in one run,
with a practice's own relative values for 2021 to 2023 and indices for one of its clinics.
"""

import csv
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from landing_builder import write_csv, write_file
from pipeline import Table, build, read_table

from orchestration.settings import PROJECT_ROOT

PATIENTS = 400
CODES = ("97110", "97112", "97116", "97140", "97530", "97161", "97012", "97597")
UNPAID = {"97010": "status_not_paid", "97039": "contractor_priced", "99999": "no_relative_values"}
# On or beside the days on which a factor, a rate, the assistants' rule or an index changes.
DAYS = [
    date.fromisoformat(text)
    for text in ("2021-12-31", "2022-03-31", "2022-06-30", "2023-05-01", "2024-03-08", "2024-06-30")
]
INDICES = (Decimal("1.049"), Decimal("1.181"), Decimal("0.615"))  # of clinic L until 2024-06-30
NATIONAL = (Decimal(1), Decimal(1), Decimal(1))
CENT = Decimal("0.01")


def seed(name: str) -> list[dict[str, str]]:
    with (PROJECT_ROOT / "seeds" / f"{name}.csv").open() as file:
        return list(csv.DictReader(file))


PROCEDURES = {row["cpt_code"]: row for row in seed("procedures")}
PARTS = ("rvu_work", "rvu_practice_expense", "rvu_malpractice")
# (code, year) → work, practice expense, malpractice. No two years alike: each must be found.
VALUES = {
    (code, year): tuple(
        Decimal(PROCEDURES[code][part]) + Decimal(2024 - year) * step
        for part, step in zip(PARTS, (Decimal("0.02"), Decimal("0.03"), CENT), strict=True)
    )
    for code in CODES
    for year in range(2021, 2025)
}


@dataclass(frozen=True)
class Charge:
    patient: str
    visit: int
    day: date
    clinic: str
    payer: str
    code: str
    units: int
    modifier: str
    is_voided: bool

    @property
    def reason(self) -> str | None:
        if self.modifier in ("GY", "GZ"):
            return "billed_as_not_covered"
        if self.day.year < 2024 and self.code in UNPAID:
            return "no_relative_values"
        return UNPAID.get(self.code)

    @property
    def values(self) -> tuple[Decimal, ...]:
        has_indices = self.clinic == "L" and self.day <= date(2024, 6, 30)
        indices = INDICES if has_indices else NATIONAL
        parts = VALUES[self.code, self.day.year]
        return tuple(value * index for value, index in zip(parts, indices, strict=True))

    @property
    def is_shared(self) -> bool:
        """Its units share one full practice expense with the others of the day."""
        row = PROCEDURES.get(self.code, {})
        flags = ("is_always_therapy", "is_multiple_procedure_reduced")
        return not self.reason and all(row[flag] == "true" for flag in flags)

    def amounts(self, reduced_units: int) -> dict[str, Decimal]:
        work, expense, malpractice = self.values
        factor = in_force("conversion_factors", "conversion_factor", self.day)
        full = cents((work + expense + malpractice) * factor)
        reduced = cents((work + expense / 2 + malpractice) * factor)
        fee = self.units * full
        charged = (self.units - reduced_units) * full + reduced_units * reduced
        patient = cents(charged / 5)
        is_assisted = self.modifier in ("CQ", "CO") and self.day.year >= 2022
        assistant = cents((charged - patient) * 15 / 100) if is_assisted else Decimal(0)
        medicare = charged - patient - assistant
        held_back = cents(medicare * in_force("sequestration", "rate", self.day))
        return {
            "fee_amount": fee,
            "multiple_procedure_reduction_amount": fee - charged,
            "assistant_reduction_amount": assistant,
            "expected_allowed_amount": charged - assistant,
            "patient_share_amount": patient,
            "sequestration_amount": held_back,
            "expected_payer_amount": medicare - held_back,
            "conversion_factor": factor,
        }


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def in_force(table: str, column: str, day: date) -> Decimal:
    (value,) = (
        Decimal(row[column])
        for row in seed(table)
        if row["effective_from"] <= str(day) <= (row["effective_to"] or "9999-12-31")
    )
    return value


@st.composite
def patients(draw: st.DrawFn) -> list[tuple]:
    """Visits: day, clinic, payer, and lines of code, units, modifier, is_voided."""
    first = draw(st.sampled_from(DAYS))
    codes = draw(st.sampled_from([CODES, (*CODES[:2], "97116"), (*CODES, *UNPAID)]))
    line = st.tuples(
        st.sampled_from(codes),
        st.sampled_from([1, 1, 1, 2, 3, 0]),
        st.sampled_from(["", "", "", "", "CQ", "CO", "GY", "GZ"]),
        st.sampled_from([False] * 7 + [True]),
    )
    visit = st.tuples(
        st.sampled_from([first, first, first + timedelta(days=1)]),
        st.sampled_from("KL"),
        st.sampled_from(["CMS", "CMS", "CMS", "COM"]),
        st.lists(line, min_size=1, max_size=4),
    )
    return draw(st.lists(visit, min_size=1, max_size=3))


def made_charges() -> dict[str, Charge]:
    found: list[list[tuple]] = []

    @settings(max_examples=PATIENTS, suppress_health_check=list(HealthCheck))
    @given(patients())
    def collect(visits: list[tuple]) -> None:
        found.append(visits)

    collect()
    charges = [
        Charge(f"P{place:04}", number, day, clinic, payer, *line)
        for place, visits in enumerate(found)
        for number, (day, clinic, payer, lines) in enumerate(visits)
        for line in lines
    ]
    return {f"H{number:05}": charge for number, charge in enumerate(charges)}


@pytest.fixture(scope="module")
def made() -> dict[str, Charge]:
    return made_charges()


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory, made: dict[str, Charge]) -> Table:
    folder = tmp_path_factory.mktemp("medicare")
    write_practice(folder / "landing", made)
    write_reference(folder / "reference")
    (folder / "landing" / "x12").mkdir()
    as_of = date(2024, 12, 31)
    warehouse = build(folder / "landing", folder, as_of, "--select", "+fct_medicare_payment")
    return read_table(warehouse, "from core.fct_medicare_payment")


def judged(made: dict[str, Charge]) -> dict[str, Charge]:
    return {key: one for key, one in made.items() if one.payer == "CMS" and not one.is_voided}


def test_every_charge_of_a_medicare_visit_has_a_row_and_a_reason_where_it_has_no_amounts(
    made: dict[str, Charge], rows: Table
) -> None:
    found = {row["charge_id"]: row["unavailable_reason"] for row in rows}
    assert len(found) == len(rows)
    assert found == {key: one.reason for key, one in judged(made).items()}
    assert set(found.values()) == {None, "billed_as_not_covered", *UNPAID.values()}


def test_one_of_the_dearest_units_of_a_day_keeps_its_practice_expense(
    made: dict[str, Charge], rows: Table
) -> None:
    reduced = {row["charge_id"]: row["reduced_units"] for row in rows}
    days: dict[tuple[str, date], list[str]] = defaultdict(list)
    for key, one in judged(made).items():
        if one.is_shared and one.units > 0:
            days[one.patient, one.day].append(key)
        elif not one.reason:
            assert reduced[key] == 0
    for keys in days.values():
        (full,) = (key for key in keys if reduced[key] < made[key].units)
        assert reduced[full] == made[full].units - 1
        assert made[full].values[1] == max(made[key].values[1] for key in keys)
    assert sum(len({made[key].visit for key in keys}) > 1 for keys in days.values()) > 20


def test_amounts_are_those_of_the_date_to_the_cent(made: dict[str, Charge], rows: Table) -> None:
    for row in rows:
        one = made[row["charge_id"]]
        if one.reason:
            assert row["fee_amount"] is None
            assert row["expected_payer_amount"] is None
        else:
            amounts = one.amounts(int(row["reduced_units"]))
            assert {column: row[column] for column in amounts} == amounts, one
    assert sum(row["assistant_reduction_amount"] or 0 for row in rows) > 0


def write_reference(folder: Path) -> None:
    values = [
        f"{code},{year}-01-01,A,{PROCEDURES[code]['is_multiple_procedure_reduced']},"
        + ",".join(map(str, parts))
        for (code, year), parts in VALUES.items()
        if year < 2024
    ]
    header = "cpt_code,effective_from,medicare_status,is_multiple_procedure_reduced"
    write_lines(folder / "relative_values.csv", ",".join((header, *PARTS)), *values)
    header = (
        "clinic_id,effective_from,effective_to,gpci_work,gpci_practice_expense,gpci_malpractice"
    )
    indices = ",".join(map(str, INDICES))
    write_lines(folder / "medicare_localities.csv", header, f"L,2021-01-01,2024-06-30,{indices}")


def write_lines(path: Path, *lines: str) -> None:
    write_file(path, "".join(f"{line}\n" for line in lines).encode())


def write_practice(landing: Path, made: dict[str, Charge]) -> None:
    def write(extract: str, rows: list[dict]) -> None:
        write_csv(landing, extract, "2024-12-31", rows)

    write("clinics", [{"clinic_id": key, "clinic_name": key} for key in "KL"])
    write("providers", [{"provider_id": "D", "npi": "1234567893", "credential": "PT"}])
    kinds = {"CMS": "medicare", "COM": "commercial"}
    write(
        "payers",
        [{"payer_id": key, "payer_name": key, "payer_type": kind} for key, kind in kinds.items()],
    )
    ids = sorted({one.patient for one in made.values()})
    person = {"first_name": "A", "last_name": "B", "birth_date": "1950-01-01"}
    write("patients", [{"patient_id": key, "mrn": key, **person} for key in ids])
    since = {"priority": 1, "effective_from": "2021-01-01"}
    write(
        "coverages",
        [
            {"coverage_id": f"{key}-{payer}", "patient_id": key, "payer_id": payer, **since}
            for key in ids
            for payer in kinds
        ],
    )
    visits = {(one.patient, one.visit): one for one in made.values()}
    write(
        "visits",
        [
            {
                "visit_id": f"{patient}-{number}",
                "patient_id": patient,
                "clinic_id": one.clinic,
                "provider_id": "D",
                "service_date": one.day,
                "coverage_id": f"{patient}-{one.payer}",
            }
            for (patient, number), one in visits.items()
        ],
    )
    posted = "2024-12-30 09:00"
    write(
        "charges",
        [
            {
                "charge_id": key,
                "visit_id": f"{one.patient}-{one.visit}",
                "cpt_code": one.code,
                "modifier_1": "GP",
                "modifier_2": one.modifier,
                "units": one.units,
                "minutes": 15 * one.units,
                "diagnosis_1": "M54.50",
                "charge_amount": 90,
                "posted_at": posted,
                "voided_at": posted if one.is_voided else None,
            }
            for key, one in made.items()
        ],
    )
