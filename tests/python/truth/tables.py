"""The truth folder as rows of text, and rows of measures added up by month and slice."""

import csv
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

Row = dict[str, str]
Table = list[dict[str, object]]
# A day of the month that it counts in, a row that has the slice, and what it adds.
Part = tuple[date, Row, dict[str, int | Decimal]]

SLICE = ["month", "payer_id", "clinic_id", "provider_id"]


@dataclass(frozen=True)
class Truth:
    """Tables of the truth folder by their key: of rows with one key, the last."""

    as_of: date
    appointments: dict[str, Row]
    visits: dict[str, Row]
    charges: dict[str, Row]
    claims: dict[str, Row]
    authorizations: dict[str, Row]
    patient_payments: dict[str, Row]
    adjustments: dict[str, Row]
    adjudications: dict[str, Row]
    submissions: list[Row]
    claim_lines: list[Row]
    ledger: list[Row]

    def slice_of(self, event: Row) -> Row:
        """The visit of a row with a charge or a visit; a row of neither has no slice."""
        charge = self.charges.get(event["charge_id"])
        visit_id = charge["visit_id"] if charge else event["visit_id"]
        return self.visits[visit_id] if visit_id else {}


def read_truth(folder: Path) -> Truth:
    def rows(table: str) -> list[Row]:
        with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines))

    def keyed(table: str) -> dict[str, Row]:
        return {row[f"{table[:-1]}_id"]: row for row in rows(table)}

    lists = ("submissions", "claim_lines", "ledger")
    keys = set(Truth.__dataclass_fields__) - {"as_of", *lists}
    return Truth(
        as_of=date.fromisoformat(json.loads((folder / "sample.json").read_text())["as_of"]),
        **{table: keyed(table) for table in keys},
        **{table: rows(table) for table in lists},
    )


def first_of_month(day: date) -> date:
    return day.replace(day=1)


def month_end(day: date) -> date:
    return first_of_month(first_of_month(day) + timedelta(days=31)) - timedelta(days=1)


def added_up(parts: Iterable[Part], keys: Sequence[str] = SLICE) -> Table:
    """One row per month and slice of which anything but nought is known, with its value."""
    sums: dict[tuple, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    names = set()
    for day, owner, measures in parts:
        key = (first_of_month(day), *(owner.get(column) or None for column in keys[1:]))
        for name, amount in measures.items():
            sums[key][name] += amount
        names.update(measures)
    table = []
    for key, found in sums.items():
        row = {name: found[name] for name in names}
        if any(row.values()):
            table.append({**dict(zip(keys, key, strict=True)), **row, "value": ratio(row)})
    return table


def ratio(row: dict[str, Decimal]) -> Decimal | None:
    return row["numerator"] / row["denominator"] if row["denominator"] else None
