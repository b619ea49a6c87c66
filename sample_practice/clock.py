"""Days as whole numbers (`date.toordinal()`), moments as (day, minute), and their spellings."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

_FIXED_HOLIDAYS = {(1, 1), (7, 4), (12, 25)}


@lru_cache(maxsize=4096)
def iso(day: int) -> str:
    """YYYY-MM-DD of a day number."""
    return date.fromordinal(day).isoformat()


@lru_cache(maxsize=4096)
def compact(day: int) -> str:
    """YYYYMMDD of a day number, as X12 writes dates."""
    return date.fromordinal(day).strftime("%Y%m%d")


@lru_cache(maxsize=4096)
def year_of(day: int) -> int:
    """Calendar year of a day number."""
    return date.fromordinal(day).year


@lru_cache(maxsize=4096)
def day_of_year(day: int) -> int:
    """1 on the first of January."""
    return date.fromordinal(day).timetuple().tm_yday


@lru_cache(maxsize=4096)
def month_end(day: int) -> int:
    """The last day of the month that the day stands in."""
    value = date.fromordinal(day)
    following = date(value.year + value.month // 12, value.month % 12 + 1, 1)
    return following.toordinal() - 1


def month_start(day: int) -> int:
    """The first day of the month that the day stands in."""
    return day - date.fromordinal(day).day + 1


@lru_cache(maxsize=4096)
def is_workday(day: int) -> bool:
    """Monday to Friday, without the holidays on which the clinics close."""
    value = date.fromordinal(day)
    if value.weekday() >= 5 or (value.month, value.day) in _FIXED_HOLIDAYS:
        return False
    is_thanksgiving = value.month == 11 and value.weekday() == 3 and 22 <= value.day <= 28
    return not is_thanksgiving


def weekday(day: int) -> int:
    """0 is Monday."""
    return (day + 6) % 7


@lru_cache(maxsize=4096)
def workday_from(day: int) -> int:
    """The day itself, or the next one on which the clinics are open."""
    while not is_workday(day):
        day += 1
    return day


def workdays_after(day: int, count: int) -> int:
    """The count-th working day after a day; with 0, the day itself or the next working day."""
    if count == 0:
        return workday_from(day)
    for _ in range(count):
        day = workday_from(day + 1)
    return day


def at(day: int, minute: int) -> str:
    """YYYY-MM-DD HH:MM of a moment."""
    return f"{iso(day)} {minute // 60:02d}:{minute % 60:02d}"


def dollars(cents: int) -> str:
    """A plain decimal with two places."""
    if cents < 0:
        return f"-{-cents // 100}.{-cents % 100:02d}"
    return f"{cents // 100}.{cents % 100:02d}"


def x12_amount(cents: int) -> str:
    """An amount as X12 spells it: no trailing zeros, no trailing point."""
    if cents % 100 == 0:
        return str(cents // 100)
    text = dollars(cents)
    return text[:-1] if text.endswith("0") else text


def share_of(cents: int, numerator: int, denominator: int) -> int:
    """cents * numerator / denominator, rounded half up (away from zero) to the cent."""
    product = cents * numerator
    if product >= 0:
        return (2 * product + denominator) // (2 * denominator)
    return -((-2 * product + denominator) // (2 * denominator))
