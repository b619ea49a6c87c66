"""X12 values to Python; ValueError when a value that is read does not parse."""

import re
from datetime import date, datetime
from decimal import Decimal


def element(segment: list[str], place: int) -> str:
    """Element `place` of a segment (1 is the first after its name), empty when it is not there."""
    return segment[place] if place < len(segment) else ""


def amount(text: str) -> Decimal:
    """A required amount."""
    if not re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)", text, re.ASCII):
        raise ValueError("amount")
    return Decimal(text)


def amount_or_zero(text: str) -> Decimal:
    return amount(text) if text else Decimal(0)


def day(text: str) -> date:
    """A CCYYMMDD day; of a range (RD8) the first one."""
    text = text.split("-")[0]
    if not re.fullmatch(r"\d{8}", text, re.ASCII):
        raise ValueError("date")
    return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007


def procedure(composite: str) -> tuple[str, frozenset[str]]:
    """(code, modifiers as a set) of SV101, SVC01 or SVC06."""
    parts = composite.split(":")
    code = parts[1] if len(parts) > 1 else ""
    return code, frozenset(part for part in parts[2:6] if part)
