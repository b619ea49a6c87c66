"""How long readers of the published file wait: every query of the scorecard page and the cookbook.

Belongs here: warm medians. Does not belong here: what is asked (orchestration.report,
docs/cookbook.md).
"""

import time
from pathlib import Path
from statistics import median

import duckdb

from orchestration.cookbook import PAGE, recipes
from orchestration.report.declare import query
from orchestration.report.reading import Published
from orchestration.report.themes import THEMES

_RUNS = 5


def measure(published: Path, threads: int) -> dict:
    """Return the milliseconds of each query: the median of five runs after one that warms."""
    milliseconds, queries = {}, _queries(published)
    with duckdb.connect(str(published), read_only=True, config={"threads": threads}) as reader:
        for name, sql in queries.items():
            reader.execute(sql).fetchall()
            milliseconds[name] = round(1000 * median(_timed(reader, sql) for _ in range(_RUNS)), 2)
    return {"milliseconds": milliseconds, "runs": _RUNS, "threads": threads}


def _timed(reader: duckdb.DuckDBPyConnection, sql: str) -> float:
    started = time.perf_counter()
    reader.execute(sql).fetchall()
    return time.perf_counter() - started


def _queries(file: Path) -> dict[str, str]:
    found = {
        "scorecard": "select * from metrics.scorecard where scope = 'practice' order by month desc"
    }
    with Published(file) as published:
        for theme in THEMES:
            for chart in theme.charts(published.metrics):
                found[f"page {theme.name}: {chart.title}"] = query(chart).text()
    for recipe in recipes(PAGE.read_text(encoding="utf-8")):
        found[f"cookbook {recipe.question}"] = recipe.query
    return found
