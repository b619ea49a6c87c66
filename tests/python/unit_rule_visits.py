"""Visits for the unit rules: made by hypothesis, judged here, written as a landing folder.

The judgement follows the wording of the rules and tries all allocations; it shares nothing with the
models but the seed that holds timings and daily maxima.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import product
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from landing_builder import write_csv

from orchestration.settings import PROJECT_ROOT

VISITS = 500
DAY, POSTED = date(2026, 5, 4), "2026-05-05 09:00"
CHARGE = Decimal(40)
TIMED = ("97110", "97112", "97116", "97140", "97530")
OTHER = ("97012", "97161", "97550", "97551", "97598", "99999")  # the last is in no seed
# payer → type, unit_rule of its row, rule that its visits are judged by
PAYERS = {
    "CMS": ("medicare", "", "cms"),
    "AMA": ("commercial", "", "ama"),
    "ADV": ("medicare_advantage", "ama", "ama"),
    "SELF": ("self_pay", "ama", "cms"),
}
FEES = {
    (payer, code): Decimal(20 + 7 * place) + Decimal("0.35")
    for payer in PAYERS
    for place, code in enumerate(TIMED)
    if (payer, code) != ("AMA", "97116")
}
with (PROJECT_ROOT / "seeds" / "procedures.csv").open() as _seed:
    SEED = {row["cpt_code"]: row for row in csv.DictReader(_seed)}

Units = dict[str, int]


@dataclass(frozen=True)
class Line:
    code: str
    units: int
    minutes: int | None
    is_voided: bool


@dataclass(frozen=True)
class Visit:
    """One visit of a patient who has no other; the payer SELF has no coverage."""

    payer: str
    all_lines: tuple[Line, ...]

    @property
    def lines(self) -> list[Line]:
        return [line for line in self.all_lines if not line.is_voided]

    @property
    def rule(self) -> str:
        return PAYERS[self.payer][2]

    def with_timing(self, *timings: str) -> list[Line]:
        return [one for one in self.lines if SEED.get(one.code, {}).get("timing") in timings]

    def billed(self, lines: list[Line]) -> Units:
        return {
            code: sum(one.units for one in lines if one.code == code)
            for code in {one.code for one in lines}
        }

    @property
    def lines_without_minutes(self) -> int:
        return sum(one.minutes is None for one in self.with_timing("timed"))

    @property
    def minutes(self) -> Units:
        """Minutes by timed code; empty when the timed part is not judged."""
        lines = [] if self.lines_without_minutes else self.with_timing("timed")
        return {
            code: sum(one.minutes or 0 for one in lines if one.code == code)
            for code in {one.code for one in lines}
        }

    @property
    def untimed_errors(self) -> set[str]:
        untimed = self.billed(self.with_timing("untimed"))
        first = self.billed(self.with_timing("timed_first"))
        return {code for code, n in untimed.items() if n != 1} | {
            code for code, n in first.items() if n > 1
        }

    @property
    def is_judged(self) -> bool:
        return bool(self.minutes or self.with_timing("untimed", "timed_first"))

    def nearest(self) -> list[Units]:
        """Valid allocations of the visit's rule with the smallest distance to the bill."""
        billed = self.billed(self.with_timing("timed"))
        valid = list(allocations(self.minutes, self.rule))
        least = min(distance(billed, one) for one in valid)
        return [one for one in valid if distance(billed, one) == least]


def allocations(minutes: Units, rule: str) -> Iterator[Units]:
    """Every right allocation, found by trying all ways to hand out units.

    cms: the total is that of the pooled minutes, no code has less than its whole units nor more
    than one above, and none of these goes to a code that has a smaller remainder than one without.
    """
    total = (sum(minutes.values()) + 7) // 15
    for units in product(*(range(n // 15 + 3) for n in minutes.values())):
        one = dict(zip(minutes, units, strict=True))
        if rule == "ama":
            if all(one[code] == (n + 7) // 15 for code, n in minutes.items()):
                yield one
            continue
        above = {code: one[code] - n // 15 for code, n in minutes.items()}
        given = [minutes[code] % 15 for code in above if above[code] == 1]
        passed = [minutes[code] % 15 for code in above if above[code] == 0]
        is_fair = not given or not passed or min(given) >= max(passed)
        if sum(units) == total and set(above.values()) <= {0, 1} and is_fair:
            yield one


def distance(billed: Units, right: Units) -> int:
    return sum(abs(billed[code] - right[code]) for code in right)


def other_amounts(visit: Visit) -> set[Decimal]:
    """What the other rule would bring more; several where a tie may fall either way."""
    billed = visit.billed(visit.with_timing("timed"))
    pooled = list(allocations(visit.minutes, "cms"))
    least = min(distance(billed, one) for one in pooled)
    (alone,) = allocations(visit.minutes, "ama")
    amounts: set[Decimal] = set()
    for one in (one for one in pooled if distance(billed, one) == least):
        own, other = (alone, one) if visit.rule == "ama" else (one, alone)
        amounts.add(worth(visit, other) - worth(visit, own))
    return amounts


def worth(visit: Visit, units: Units) -> Decimal:
    return sum((n * unit_price(visit, code) for code, n in units.items()), Decimal(0))


def unit_price(visit: Visit, code: str) -> Decimal:
    """Dollars of a unit: by fee schedule, else the lowest charge per unit of the code."""
    charges = [CHARGE / max(one.units, 1) for one in visit.lines if one.code == code]
    lowest = min(charges).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return FEES.get((visit.payer, code), lowest)


@st.composite
def visits(draw: st.DrawFn) -> Visit:
    """Mostly billed nearly right; remainders of a visit are few, so that ties are many."""
    is_blind = draw(st.sampled_from([False] * 5 + [True]))
    rests = st.sampled_from(draw(st.sampled_from([(10,), (8, 10), (7, 13), tuple(range(15))])))
    least = draw(st.sampled_from([4, 3, 2, 1, 0]))
    lines = []
    codes = draw(st.lists(st.sampled_from(TIMED), min_size=least, max_size=5, unique=True))
    for code in codes + draw(st.sampled_from([[], [], codes[:1]])):
        minutes = 15 * draw(st.integers(0, 2)) + draw(rests)
        near = [minutes // 15, minutes // 15 + 1, (minutes + 7) // 15]
        units = draw(st.sampled_from([*near, *near, minutes // 15 + 4]))
        is_missing = is_blind and draw(st.booleans())
        is_voided = draw(st.integers(0, 9)) == 9
        lines.append(Line(code, units, None if is_missing else minutes, is_voided))
    for code in draw(st.lists(st.sampled_from(OTHER), max_size=2)):
        lines.append(Line(code, draw(st.sampled_from([1, 1, 1, 0, 2])), None, False))
    return Visit(draw(st.sampled_from(list(PAYERS))), tuple(lines))


def made_visits() -> dict[str, Visit]:
    found: list[Visit] = []

    @settings(max_examples=VISITS, suppress_health_check=list(HealthCheck))
    @given(visits())
    def collect(visit: Visit) -> None:
        found.append(visit)

    collect()
    return {f"V{place:04}": visit for place, visit in enumerate(found)}


def write_practice(landing: Path, made: dict[str, Visit]) -> None:
    def write(extract: str, rows: list[dict]) -> None:
        write_csv(landing, extract, "2026-05-31", rows)

    write("clinics", [{"clinic_id": "K", "clinic_name": "North"}])
    write("providers", [{"provider_id": "D", "npi": "1234567893", "credential": "PT"}])
    write(
        "payers",
        [
            {"payer_id": name, "payer_name": name, "payer_type": kind, "unit_rule": rule}
            for name, (kind, rule, _) in PAYERS.items()
        ],
    )
    write(
        "fee_schedules",
        [
            {
                "payer_id": payer,
                "cpt_code": code,
                "modifier": "",
                "effective_from": "2026-01-01",
                "allowed_amount": fee,
            }
            for (payer, code), fee in FEES.items()
        ],
    )
    person = {"first_name": "A", "last_name": "B", "birth_date": "1960-01-01"}
    write("patients", [{"patient_id": f"N{key}", "mrn": key, **person} for key in made])
    write(
        "coverages",
        [
            {
                "coverage_id": key,
                "patient_id": f"N{key}",
                "payer_id": visit.payer,
                "priority": 1,
                "effective_from": "2026-01-01",
            }
            for key, visit in made.items()
            if visit.payer != "SELF"
        ],
    )
    place = {"clinic_id": "K", "provider_id": "D", "service_date": DAY}
    write("visits", [{"visit_id": key, "patient_id": f"N{key}", **place} for key in made])
    write(
        "charges",
        [
            {
                "charge_id": f"{key}-{number}",
                "visit_id": key,
                "cpt_code": line.code,
                "units": line.units,
                "minutes": line.minutes,
                "diagnosis_1": "M54.50",
                "charge_amount": CHARGE,
                "posted_at": POSTED,
                "voided_at": POSTED if line.is_voided else None,
            }
            for key, visit in made.items()
            for number, line in enumerate(visit.all_lines)
        ],
    )
