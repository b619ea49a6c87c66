"""The scorecard: every metric by month for the practice, each payer, clinic and provider."""

from datetime import date
from decimal import Decimal
from statistics import median

from oracle.metric_rows import MetricRow, month_of, next_month, ratio
from oracle.metrics_claims import PrimaryClaim

SCOPES = {
    "practice": None,
    "payer": "payer_id",
    "clinic": "clinic_id",
    "provider": "provider_id",
}


def scorecard(
    metrics: dict[str, list[MetricRow]], primary: list[PrimaryClaim]
) -> list[dict[str, object]]:
    """All fixed columns but target; status is left to whoever knows the target."""
    result = []
    for metric_id, rows in metrics.items():
        for scope, column in SCOPES.items():
            result.extend(_scope_rows(metric_id, rows, scope, column, primary))
    return result


def _scope_rows(metric_id, rows, scope, column, primary):
    sums: dict[tuple, list[Decimal]] = {}
    mature: dict[date, bool] = {}
    for row in rows:
        key = (row["month"], row[column] if column else None)
        pair = sums.setdefault(key, [Decimal(0), Decimal(0)])
        pair[0] += row["numerator"]
        pair[1] += row["denominator"]
        mature[row["month"]] = row["is_mature"]
    for (month, scope_id), (numerator, denominator) in sums.items():
        before = sums.get((next_month(month, -1), scope_id))
        year = [sums.get((next_month(month, -by), scope_id), (0, 0)) for by in range(12)]
        trailing = ratio(sum(one[0] for one in year), sum(one[1] for one in year))
        days = [
            one.days_to_payment
            for one in primary
            if metric_id == "days_to_payment"
            and one.first_payment is not None
            and month_of(one.first_payment.clp.paid_on) == month
            and (column is None or getattr(one.slice, column) == scope_id)
        ]
        yield {
            "metric_id": metric_id,
            "month": month,
            "scope": scope,
            "scope_id": scope_id,
            "numerator": numerator,
            "denominator": denominator,
            "value": ratio(numerator, denominator),
            "previous_value": None if before is None else ratio(*before),
            "trailing_12_value": None if metric_id == "days_in_ar" else trailing,
            "median": Decimal(median(days)) if days else None,
            "is_mature": mature[month],
        }
