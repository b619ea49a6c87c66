"""Facts of the field that the simulation needs: services, what they are worth, what they treat.

Relative values are those of the Medicare fee schedule as this project's reference tables carry
them; labels are the project's own. What is a tunable rate stands in `rates`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from sample_practice import rates
from sample_practice.clock import share_of


@dataclass(frozen=True)
class Service:
    """A billable service. Relative values are in hundredths, the practice's price in cents."""

    code: str
    timed: bool
    work: int
    practice_expense: int
    malpractice: int
    price: int
    is_reduced: bool = True
    discipline: str = ""


SERVICES = {
    service.code: service
    for service in (
        Service("97161", False, 154, 143, 4, 19500, discipline="GP"),
        Service("97162", False, 154, 143, 4, 21000, discipline="GP"),
        Service("97163", False, 154, 143, 4, 22500, discipline="GP"),
        Service("97164", False, 96, 110, 3, 14500, discipline="GP"),
        Service("97166", False, 154, 143, 4, 21000, discipline="GO"),
        Service("97168", False, 96, 112, 3, 14500, discipline="GO"),
        Service("97110", True, 45, 42, 1, 7000),
        Service("97112", True, 50, 50, 1, 7600),
        Service("97116", True, 45, 42, 1, 6800),
        Service("97140", True, 43, 37, 1, 6600),
        Service("97530", True, 44, 65, 1, 8200),
        Service("97535", True, 45, 52, 1, 7800),
        Service("97035", True, 21, 20, 1, 3600),
        Service("97032", True, 25, 17, 1, 3900),
        Service("97150", False, 29, 24, 1, 4500),
        Service("97012", False, 25, 16, 1, 3800),
        Service("G0283", False, 18, 16, 1, 3200),
        Service("97014", False, 18, 18, 1, 3200),
        Service("97010", False, 6, 12, 1, 1800, is_reduced=False),
    )
}
EVALUATIONS = frozenset({"97161", "97162", "97163", "97164", "97166", "97168"})


@lru_cache(maxsize=512)
def medicare_fee(code: str, year: int) -> int:
    """National Medicare amount of one unit, in cents."""
    service = SERVICES[code]
    values = service.work + service.practice_expense + service.malpractice
    return share_of(values, rates.conversion_factor(year), 10_000)


@lru_cache(maxsize=512)
def half_practice_expense(code: str, year: int) -> int:
    """What the multiple procedure reduction takes off one unit, in cents."""
    return share_of(SERVICES[code].practice_expense, rates.conversion_factor(year), 20_000)


@dataclass(frozen=True)
class DiagnosisGroup:
    """What a patient comes with: the codes, the services that support it, those that do not."""

    name: str
    weight: float
    discipline: str
    diagnoses: tuple[tuple[str, ...], ...]
    services: tuple[tuple[str, float], ...]
    unsupported: str
    visits: tuple[int, int]
    evaluations: tuple[str, ...]


_PT_EVALUATIONS = ("97161", "97162", "97162", "97163")
GROUPS = (
    DiagnosisGroup(
        "low_back",
        26,
        "GP",
        (("M5459",), ("M5451",), ("M5416", "M47816"), ("M5459", "M6281")),
        (("97110", 10), ("97140", 7), ("97112", 4), ("97530", 6), ("G0283", 1.2), ("97012", 0.7)),
        "",
        (7, 15),
        _PT_EVALUATIONS,
    ),
    DiagnosisGroup(
        "neck",
        13,
        "GP",
        (("M542",), ("M5412", "M542")),
        (("97110", 9), ("97140", 9), ("97112", 5), ("97530", 3), ("97012", 0.8), ("97035", 0.5)),
        "",
        (6, 13),
        _PT_EVALUATIONS,
    ),
    DiagnosisGroup(
        "knee_arthritis",
        12,
        "GP",
        (("M1711",), ("M1712",), ("M170",)),
        (("97110", 10), ("97140", 5), ("97530", 7), ("97116", 4)),
        "97112",
        (8, 16),
        _PT_EVALUATIONS,
    ),
    DiagnosisGroup(
        "knee_replacement",
        9,
        "GP",
        (("Z471", "Z96651"), ("Z471", "Z96652")),
        (("97110", 10), ("97140", 6), ("97530", 6), ("97116", 6), ("97112", 3)),
        "97032",
        (12, 24),
        _PT_EVALUATIONS,
    ),
    DiagnosisGroup(
        "shoulder",
        15,
        "GP",
        (("M25511",), ("M7541", "M25511"), ("M75101",), ("M25512",)),
        (("97110", 10), ("97140", 8), ("97530", 6), ("97112", 4), ("97035", 0.6)),
        "97116",
        (9, 18),
        _PT_EVALUATIONS,
    ),
    DiagnosisGroup(
        "ankle",
        8,
        "GP",
        (("S93401D",), ("S93402D",)),
        (("97110", 10), ("97140", 5), ("97112", 6), ("97530", 5), ("97116", 3)),
        "97012",
        (6, 12),
        _PT_EVALUATIONS,
    ),
    DiagnosisGroup(
        "balance",
        10,
        "GP",
        (("R2689", "R296"), ("R262", "R296"), ("R2681",)),
        (("97110", 8), ("97112", 9), ("97116", 7), ("97530", 6)),
        "97140",
        (10, 20),
        ("97162", "97163"),
    ),
    DiagnosisGroup(
        "stroke",
        4,
        "GP",
        (("I69351", "R262"), ("I69354",)),
        (("97110", 7), ("97112", 9), ("97116", 8), ("97530", 8)),
        "97140",
        (24, 44),
        ("97163",),
    ),
    DiagnosisGroup(
        "hand",
        14,
        "GO",
        (("M79641",), ("G5601", "M79641"), ("M79642",)),
        (("97110", 8), ("97140", 7), ("97530", 8), ("97535", 5), ("97035", 1)),
        "97116",
        (8, 16),
        ("97166",),
    ),
    DiagnosisGroup(
        "stroke_arm",
        4,
        "GO",
        (("I69351",), ("I69354",)),
        (("97110", 6), ("97112", 8), ("97530", 9), ("97535", 8)),
        "97140",
        (16, 30),
        ("97166",),
    ),
)
# Pairs of the national correct coding edits that this practice's services can meet (indicator 1):
# the second is paid beside the first only with a modifier that says it was distinct.
DISTINCT_PAIRS = (
    ("97012", "97140"),
    ("97012", "97164"),
    ("97035", "97164"),
    ("97032", "97164"),
    ("97535", "97164"),
    ("G0283", "97164"),
    ("97150", "97110"),
    ("97150", "97112"),
    ("97150", "97116"),
    ("97150", "97140"),
    ("97150", "97530"),
    ("97150", "97535"),
)
OLD_BACK_PAIN_CODE = "M545"
# What a refusal is about, by its reason code.
ROOT_CAUSES = {
    "4": "coding_procedure",
    "18": "duplicate",
    "22": "coordination_of_benefits",
    "27": "eligibility",
    "29": "timely_filing",
    "50": "medical_necessity",
    "97": "bundling",
    "119": "benefit_maximum",
    "151": "medical_necessity",
    "197": "authorization",
}
