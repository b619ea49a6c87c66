"""The scorecard in the terminal: the practice's latest months, read from the published file."""

from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

_LATEST = """
select c.name, s.month, s.value, s.previous_value, s.trailing_12_value, s.target, s.status, c.unit,
    s.is_mature
from metrics.scorecard as s
inner join metrics.catalog as c on s.metric_id = c.metric_id
where s.scope = 'practice'
qualify row_number() over (
    partition by s.metric_id order by s.is_mature desc, s.month desc
) = 1
order by c.name
"""
_STATUS = {"met": "met", "missed": "MISSED", "no_target": "no target", "too_few": "too few"}


def print_scorecard(published: Path, console: Console) -> None:
    """Print each metric's newest mature month for the whole practice, else its newest month."""
    with duckdb.connect(str(published), read_only=True) as connection:
        rows = connection.sql(_LATEST).fetchall()
    table = Table(title="Scorecard of the practice", title_justify="left")
    for heading in ("metric", "month", "value", "month before", "12 months", "target", "status"):
        is_text = heading in ("metric", "status")
        table.add_column(heading, justify="left" if is_text else "right", no_wrap=not is_text)
    for name, month, value, previous, trailing, target, status, unit, is_mature in rows:
        table.add_row(
            name,
            f"{month:%Y-%m}" + ("" if is_mature else " *"),
            *(_shown(number, unit) for number in (value, previous, trailing, target)),
            _STATUS[status],
        )
    console.print(table)
    if any(not row[-1] for row in rows):
        console.print("* the month can still change: late payments and answers are to come")


def _shown(value: float | None, unit: str) -> str:
    if value is None:
        return "-"
    if unit == "ratio":
        return f"{value:.1%}"
    return f"${value:,.2f}" if unit == "US dollars" else f"{value:,.1f}"
