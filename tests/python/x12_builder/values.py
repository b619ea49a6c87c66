"""Days, amounts and segments as X12 writes them."""

from collections.abc import Iterable
from datetime import date as Day
from decimal import Decimal

Date = str | Day
Money = str | int | Decimal
Adjustment = tuple[str, str, Money]  # group, reason, amount


def joined(*elements: str | None) -> str:
    """A segment of elements, None as empty, without empty elements at its end."""
    return "*".join(element or "" for element in elements).rstrip("*")


def compact(day: Date) -> str:
    """A day as CCYYMMDD."""
    return str(day).replace("-", "")


def money(amount: Money) -> str:
    """An amount as X12 writes it: no zeros at the end of the cents, as given where it is text."""
    if isinstance(amount, str):
        return amount
    text = f"{Decimal(amount):.2f}"
    return text.removesuffix(".00")


def total(amounts: Iterable[Money]) -> Decimal:
    """The sum of amounts."""
    return sum((Decimal(amount) for amount in amounts), Decimal(0))
