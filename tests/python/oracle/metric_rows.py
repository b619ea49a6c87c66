"""The shape that every metric shares: additive rows by month and slice."""

import calendar
from datetime import date, timedelta
from decimal import Decimal

from oracle.visits import Slice

MetricRow = dict[str, object]


class Tally:
    """Sums by (month, slice, further key), each with a numerator, a denominator and extras."""

    def __init__(self, *extras: str):
        self.columns = ("numerator", "denominator", *extras)
        self.sums: dict[tuple, dict[str, Decimal]] = {}

    def add(self, month: date, slice_: Slice, further: str | None = None, **amounts) -> None:
        key = (month, *slice_.key, further)
        row = self.sums.setdefault(key, dict.fromkeys(self.columns, Decimal(0)))
        for column, amount in amounts.items():
            row[column] += amount

    def rows(self, is_mature=lambda month: True, further: str | None = None) -> list[MetricRow]:
        """Rows that have a numerator, a denominator or a non-zero extra."""
        result = []
        for (month, payer, clinic, provider, more), sums in self.sums.items():
            if any(sums.values()):
                row = {"month": month, "payer_id": payer, "clinic_id": clinic}
                row["provider_id"] = provider
                if further is not None:
                    row[further] = more
                value = ratio(sums["numerator"], sums["denominator"])
                result.append({**row, **sums, "value": value, "is_mature": is_mature(month)})
        return result


def ratio(numerator: Decimal, denominator: Decimal) -> Decimal | None:
    return None if denominator == 0 else numerator / denominator


def month_of(day: date) -> date:
    return day.replace(day=1)


def month_end(month: date) -> date:
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def next_month(month: date, by: int = 1) -> date:
    place = month.year * 12 + month.month - 1 + by
    return date(place // 12, place % 12 + 1, 1)


def matures(days: int, as_of: date):
    """A month is mature when its end and so many days have passed."""
    return lambda month: month_end(month) + timedelta(days=days) <= as_of
