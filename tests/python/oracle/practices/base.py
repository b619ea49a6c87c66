"""A practice in the making: its rows, its random choices and its day."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

Row = dict[str, object]


def cents(random: Random, low: int, high: int) -> Decimal:
    """A random amount between two whole numbers of dollars."""
    return Decimal(random.randint(low * 100, high * 100)) / 100


def stamp(random: Random, day: date, latest: int = 23) -> str:
    seconds = random.choice(["", ":00", ":59"])
    minute = f"{random.choice('015')}{random.randint(0, 9)}"
    return f"{day} {random.randint(0, latest):02d}:{minute}{seconds}"


@dataclass
class Practice:
    """Rows by extract, and what the claims are made of.

    number: place of the practice in its landing folder; ranges of control numbers follow from it.
    """

    random: Random
    number: int
    as_of: date
    rows: dict[str, list[Row]] = field(default_factory=dict)

    @property
    def prefix(self) -> str:
        return f"P{self.number:03d}"

    @property
    def is_heavy(self) -> bool:
        """Few patients of Medicare with much care: thresholds of the year are passed."""
        return self.number % 12 in (1, 6, 7)

    def add(self, extract: str, letter: str, /, **values) -> Row:
        """A row with the next id of its letter under the extract's own key; fees have no id."""
        rows = self.rows.setdefault(extract, [])
        if letter:
            values = {
                extract.removesuffix("s") + "_id": f"{self.prefix}{letter}{len(rows):02d}",
                **values,
            }
        rows.append(values)
        return values

    def chance(self, percent: float) -> bool:
        return self.random.random() * 100 < percent

    def day(self, low: int, high: int) -> date:
        """A day between low and high days after as_of."""
        return self.as_of + timedelta(days=self.random.randint(low, high))
