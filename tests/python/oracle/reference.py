"""The seeds that the nine metrics need."""

import csv
from dataclasses import dataclass
from pathlib import Path

DUPLICATES = {"18", "B20"}


@dataclass(frozen=True)
class Reference:
    """categories and denials by CARC; bundled: codes with medicare_status B."""

    categories: dict[str, str]
    denials: dict[str, bool]
    bundled: frozenset[str]

    def category(self, carc: str) -> str:
        return self.categories.get(carc, "unmapped")

    def is_denial(self, carc: str) -> bool:
        return self.denials.get(carc, True)


def read_reference(seeds: Path) -> Reference:
    reasons = _rows(seeds / "adjustment_reasons.csv")
    procedures = _rows(seeds / "procedures.csv")
    return Reference(
        categories={row["carc"]: row["category"] for row in reasons},
        denials={row["carc"]: row["is_denial"] == "true" for row in reasons},
        bundled=frozenset(row["cpt_code"] for row in procedures if row["medicare_status"] == "B"),
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
