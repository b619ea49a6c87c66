"""Two tables row for row: what differs, said so that a person can look it up."""

from collections import Counter
from decimal import Decimal

Table = list[dict[str, object]]

# Rates are published as floating numbers; counts, money and days are exact.
RATE_COLUMNS = {"value", "previous_value", "trailing_12_value", "median"}
# The daily charges of days_in_ar and hours have decimals without end; money is exact all the same.
ENDLESS_COLUMNS = {"denominator", "hours_to_sign"}


def differences(
    name: str, ours: Table, theirs: Table, keys: list[str], columns: list[str]
) -> list[str]:
    """One line per missing row, extra row or differing value, in order of the keys."""
    found = []
    tables = {
        "ours": _by_key(name, ours, keys, found),
        "oracle": _by_key(name, theirs, keys, found),
    }
    for key in sorted(set(tables["ours"]) | set(tables["oracle"]), key=str):
        label = f"{name} " + " ".join(f"{k}={v}" for k, v in zip(keys, key, strict=True))
        mine, other = tables["ours"].get(key), tables["oracle"].get(key)
        if mine is None or other is None:
            side = "only the oracle has" if mine is None else "only the warehouse has"
            row = other if mine is None else mine
            found.append(f"{label}: {side} it: " + ", ".join(f"{c}={row[c]}" for c in columns))
            continue
        for column in columns:
            if not _same(column, mine[column], other[column]):
                found.append(f"{label}: {column} is {mine[column]}, the oracle's {other[column]}")
    return found


def summed(rows: Table, keys: list[str], amount: str = "amount") -> Table:
    """Rows added up by keys, without those that come to nothing."""
    sums: Counter = Counter()
    for row in rows:
        sums[tuple(row[key] for key in keys)] += row[amount]
    return [
        {**dict(zip(keys, key, strict=True)), amount: total}
        for key, total in sums.items()
        if total != 0
    ]


def _by_key(name: str, rows: Table, keys: list[str], found: list[str]) -> dict[tuple, dict]:
    result: dict[tuple, dict] = {}
    for row in rows:
        key = tuple(row[column] for column in keys)
        if key in result:
            found.append(f"{name} {key}: two rows of one key")
        result[key] = row
    return result


def _same(column: str, mine: object, other: object) -> bool:
    if isinstance(mine, Decimal) and isinstance(other, Decimal):
        if column in RATE_COLUMNS:
            return abs(mine - other) <= Decimal("0.000001") * max(1, abs(other))
        return abs(mine - other) <= (Decimal("0.000001") if column in ENDLESS_COLUMNS else 0)
    return mine == other
