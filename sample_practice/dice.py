"""Chance, and nothing else: every random draw of the simulation comes from here.

Only `random.Random.random()` is used, whose sequence for a seed is part of Python's documented
promise; the other methods of `random` have changed between releases. No draw may depend on the
order of a set or on `hash()`.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import TypeVar

Item = TypeVar("Item")


class Weighted:
    """A fixed choice among items with weights, prepared once and drawn often."""

    __slots__ = ("_limits", "_total", "items")

    def __init__(self, pairs: Sequence[tuple[Item, float]]) -> None:
        self.items = [item for item, _ in pairs]
        self._limits = list(accumulate(weight for _, weight in pairs))
        self._total = self._limits[-1]

    def at(self, share: float):
        """The item at `share` (0 ≤ share < 1) of the total weight."""
        return self.items[bisect_right(self._limits, share * self._total)]


class Dice:
    """Draws from one seeded stream."""

    __slots__ = ("share",)

    def __init__(self, seed: int) -> None:
        self.share = random.Random(seed).random

    def chance(self, probability: float) -> bool:
        """True with the given probability."""
        return self.share() < probability

    def whole(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int(self.share() * (high - low + 1))

    def between(self, low: float, high: float) -> float:
        """A number from low up to, not including, high."""
        return low + self.share() * (high - low)

    def pick(self, items: Sequence[Item]) -> Item:
        """One of the items, all equally likely."""
        return items[int(self.share() * len(items))]

    def draw(self, weighted: Weighted):
        """One item of a prepared weighted choice."""
        return weighted.at(self.share())

    def bell(self, mean: float, spread: float) -> float:
        """Roughly normal: the sum of four uniform draws, never beyond 3.5 spreads."""
        share = self.share
        return mean + spread * 1.732 * (share() + share() + share() + share() - 2.0)
