"""The scorecard's sums and medians: each metric for the practice and for each of its parts."""

from collections import defaultdict
from statistics import median

from truth.metrics import days_to_payment
from truth.tables import Table, Truth, added_up, first_of_month

SCOPES = {
    "practice": None,
    "payer": "payer_id",
    "clinic": "clinic_id",
    "provider": "provider_id",
}


def scorecard(truth: Truth, tables: dict[str, Table]) -> Table:
    """One row per metric, month, scope and scope_id. What compares months is left out."""
    medians = _medians(truth)
    rows = []
    for metric_id in tables.keys() - {"denial_trend"}:
        # Within a metric the month alone says what is mature.
        is_mature = {row["month"]: row["is_mature"] for row in tables[metric_id]}
        parts = [
            (
                row["month"],
                {"scope": scope, "scope_id": row.get(column)},
                {"numerator": row["numerator"], "denominator": row["denominator"]},
            )
            for row in tables[metric_id]
            for scope, column in SCOPES.items()
        ]
        for row in added_up(parts, ["month", "scope", "scope_id"]):
            row |= {"metric_id": metric_id, "is_mature": is_mature[row["month"]], "median": None}
            if metric_id == "days_to_payment":
                row["median"] = medians[row["month"], row["scope"], row["scope_id"]]
            rows.append(row)
    return rows


def _medians(truth: Truth) -> dict[tuple, object]:
    days: dict[tuple, list] = defaultdict(list)
    for paid_on, claim, measures in days_to_payment(truth):
        for scope, column in SCOPES.items():
            days[first_of_month(paid_on), scope, claim.get(column)].append(measures["numerator"])
    return {key: median(found) for key, found in days.items()}
