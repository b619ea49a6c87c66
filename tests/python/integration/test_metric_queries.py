"""The queries of docs/metrics.md on the published file of the sample practice.

A metric's own query must give what its table adds up to. The query of a definition by another name
must run, and give another number: else it is the same thing and needs no query.
"""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from nights import Night
from oracle.comparison import differences
from pipeline import Table, read_table

from orchestration.metric_docs import PAGE, metric_models

METRICS = {name: model["config"]["meta"]["metric"] for name, model in metric_models().items()}
VARIANTS = {
    f"{metric_id}: {variant['name']}": (metric_id, variant["query"])
    for metric_id, metric in METRICS.items()
    for variant in metric.get("variants", [])
}
QUERIES = re.findall(r"^```sql\n(.*?)^```$", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)

# Every kept appointment of the sample has its visit, so that the two definitions meet there.
SAME_IN_THE_SAMPLE = {"visits_billed_rate: Kept appointments billed"}


@pytest.fixture(scope="module")
def published(sample_night: Night) -> Path:
    return sample_night.home / "published" / "billing_marts.duckdb"


def by_month(published: Path, metric_id: str) -> Table:
    return read_table(
        published,
        "select month, sum(numerator) as numerator, sum(denominator) as denominator"
        f" from metrics.{metric_id} group by month",
    )


@pytest.mark.parametrize("metric_id", METRICS)
def test_the_query_of_a_metric_gives_its_table(metric_id: str, published: Path) -> None:
    query = "select month::date as month, numerator, denominator"
    ours = read_table(published, f"{query} from ({METRICS[metric_id]['query']})")
    theirs = by_month(published, metric_id)
    assert any(row["denominator"] for row in theirs)
    # A month without anything to count has no row in the table.
    ours = [row for row in ours if row["numerator"] or row["denominator"]]
    theirs = [row for row in theirs if row["numerator"] or row["denominator"]]
    found = differences(metric_id, ours, theirs, ["month"], ["numerator", "denominator"])
    assert found == []


@pytest.mark.parametrize("name", VARIANTS)
def test_the_query_of_a_variant_gives_another_number(name: str, published: Path) -> None:
    metric_id, query = VARIANTS[name]
    variant = read_table(published, f"select *, month::date as month_of from ({query})")
    assert variant
    values = {(row["month_of"], _value(row)) for row in variant}
    assert any(value is not None for _, value in values), "it comes to nothing in every month"
    own = {(row["month"], _value(row)) for row in by_month(published, metric_id)}
    assert bool(values <= own) == (name in SAME_IN_THE_SAMPLE)


def _value(row: dict[str, object]) -> float | None:
    if "value" in row:
        return row["value"] and round(float(row["value"]), 9)
    numerator, denominator = Decimal(row["numerator"]), row["denominator"]
    return round(float(numerator / Decimal(denominator)), 9) if denominator else None


@pytest.mark.parametrize("number", range(len(QUERIES)))
def test_a_query_on_the_page_finds_rows(number: int, published: Path) -> None:
    assert read_table(published, QUERIES[number]), QUERIES[number]


def test_the_page_shows_every_query() -> None:
    shown = [query.strip() for query in QUERIES]
    told = [metric["query"] for metric in METRICS.values()] + [q for _, q in VARIANTS.values()]
    assert [query for query in told if query.strip() not in shown] == []
