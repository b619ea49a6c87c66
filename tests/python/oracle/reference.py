"""The seeds that the metrics and rules need, and the billable diagnoses."""

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

DUPLICATES = {"18", "B20"}


@dataclass(frozen=True)
class Procedure:
    """What the rules ask of a code."""

    category: str
    timing: str
    is_always_therapy: bool


@dataclass(frozen=True)
class Edit:
    """A pair of codes that are not billed together; in force before deleted_on."""

    column_1: str
    column_2: str
    indicator: str
    deleted_on: date | None


@dataclass(frozen=True)
class Reference:
    """categories and denials by CARC; bundled: codes with medicare_status B.

    support: prefixes by code; changes: (from, to) spans by diagnosis; thresholds by year.
    """

    categories: dict[str, str]
    denials: dict[str, bool]
    bundled: frozenset[str]
    procedures: dict[str, Procedure]
    support: dict[str, tuple[str, ...]]
    changes: dict[str, list[tuple[date, date]]]
    thresholds: dict[int, int]
    edits: list[Edit]

    def category(self, carc: str) -> str:
        return self.categories.get(carc, "unmapped")

    def is_denial(self, carc: str) -> bool:
        return self.denials.get(carc, True)

    def timing(self, code: str) -> str | None:
        return self.procedures[code].timing if code in self.procedures else None

    def is_always_therapy(self, code: str) -> bool:
        return code in self.procedures and self.procedures[code].is_always_therapy

    def is_evaluation(self, code: str, *categories: str) -> bool:
        return code in self.procedures and self.procedures[code].category in categories

    def is_valid_diagnosis(self, code: str, on: date) -> bool:
        """code: without the dot."""
        if code in self.changes:
            return any(start <= on <= end for start, end in self.changes[code])
        return code in billable_diagnoses()


def read_reference(seeds: Path) -> Reference:
    reasons = _rows(seeds / "adjustment_reasons.csv")
    procedures = _rows(seeds / "procedures.csv")
    support: dict[str, tuple[str, ...]] = {}
    for row in _rows(seeds / "diagnosis_support.csv"):
        support[row["cpt_code"]] = (*support.get(row["cpt_code"], ()), row["icd10_prefix"])
    changes: dict[str, list[tuple[date, date]]] = {}
    for row in _rows(seeds / "diagnosis_changes.csv"):
        span = (_day(row["valid_from"]) or date.min, _day(row["valid_to"]) or date.max)
        changes.setdefault(row["icd10_code"], []).append(span)
    return Reference(
        categories={row["carc"]: row["category"] for row in reasons},
        denials={row["carc"]: row["is_denial"] == "true" for row in reasons},
        bundled=frozenset(row["cpt_code"] for row in procedures if row["medicare_status"] == "B"),
        procedures={
            row["cpt_code"]: Procedure(
                row["category"], row["timing"], row["is_always_therapy"] == "true"
            )
            for row in procedures
        },
        support=support,
        changes=changes,
        thresholds={
            int(row["calendar_year"]): int(row["pt_slp_threshold"])
            for row in _rows(seeds / "kx_thresholds.csv")
        },
        edits=[
            Edit(
                row["column_1_code"],
                row["column_2_code"],
                row["modifier_indicator"],
                _day(row["deleted_on"]),
            )
            for row in _rows(seeds / "ncci_edits.csv")
        ],
    )


@cache
def billable_diagnoses() -> frozenset[str]:
    """Every billable ICD-10-CM code of the package in use, without dots."""
    import simple_icd_10_cm as icd  # takes seconds to import, and only diagnoses ask for it

    return frozenset(code.replace(".", "") for code in icd.get_all_codes() if icd.is_leaf(code))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
