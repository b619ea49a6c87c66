"""The sample practice after its first night: every metric is what really happened, row for row.

The expected numbers are worked out from truth/ by the package `truth`; in a list of differences
they are called the oracle's.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from nights import Night
from oracle.comparison import differences, summed
from pipeline import Table, read_table
from truth import METRICS, Truth, metric_tables, read_truth, scorecard
from truth.tables import SLICE

SHOWN = 30
EVENT_KEYS = ["event_date", "kind", "about"]
SCORECARD_KEYS = ["metric_id", "month", "scope", "scope_id"]


@pytest.fixture(scope="module")
def what_happened(sample_night: Night) -> Truth:
    return read_truth(sample_night.truth)


@pytest.fixture(scope="module")
def expected(what_happened: Truth) -> dict[str, Table]:
    return metric_tables(what_happened)


@pytest.fixture(scope="module")
def published(sample_night: Night) -> Path:
    return sample_night.home / "published" / "billing_marts.duckdb"


def fail_on(found: list[str]) -> None:
    assert not found, f"{len(found)} differences:\n" + "\n".join(found[:SHOWN])


@pytest.mark.parametrize("metric_id", METRICS)
def test_a_metric_is_what_happened(
    metric_id: str, expected: dict[str, Table], published: Path
) -> None:
    ours, theirs = read_table(published, f"select * from metrics.{metric_id}"), expected[metric_id]
    keys = [*SLICE, "root_cause"] if metric_id == "denial_trend" else SLICE
    assert set(ours[0]) == set(theirs[0])
    columns = [column for column in ours[0] if column not in keys]
    fail_on(differences(metric_id, ours, theirs, keys, columns))
    # A column of noughts would be compared in vain.
    assert [column for column in columns if not any(row[column] for row in theirs)] == []


def test_the_scorecard_sums_what_happened(
    what_happened: Truth, expected: dict[str, Table], published: Path
) -> None:
    theirs = scorecard(what_happened, expected)
    told = ", ".join(f"'{metric}'" for metric in METRICS)  # what truth knows
    ours = read_table(published, f"select * from metrics.scorecard where metric_id in ({told})")
    columns = [column for column in theirs[0] if column not in SCORECARD_KEYS]
    fail_on(differences("scorecard", ours, theirs, SCORECARD_KEYS, columns))


def test_the_receivable_of_each_charge_moved_as_it_did(
    sample_night: Night, what_happened: Truth
) -> None:
    # The published ledger has pseudonyms in place of the ids.
    ours = read_table(
        sample_night.home / "warehouse.duckdb", "select * from core.fct_receivable_event"
    )
    theirs = list(_events(what_happened))
    for row in ours:
        row["about"] = row["charge_id"] or row["visit_id"] or row["patient_id"]
    ours, theirs = summed(ours, EVENT_KEYS), summed(theirs, EVENT_KEYS)
    fail_on(differences("receivable", ours, theirs, EVENT_KEYS, ["amount"]))


def _events(truth: Truth) -> Iterator[dict[str, object]]:
    for row in truth.ledger:
        yield {
            "event_date": date.fromisoformat(row["event_date"]),
            "kind": row["kind"],
            "about": row["charge_id"] or row["visit_id"] or row["patient_id"],
            "amount": Decimal(row["amount"]),
        }


@pytest.mark.parametrize(
    ("metric_id", "low", "high"),
    [
        ("no_show_rate", 0.08, 0.13),
        ("denial_rate", 0.08, 0.15),
        ("clean_claim_rate", 0.93, 0.98),
    ],
)
def test_a_rate_of_the_year_is_of_the_size_that_the_sample_states(
    metric_id: str, low: float, high: float, published: Path
) -> None:
    (year,) = read_table(
        published, f"select sum(numerator) / sum(denominator) as rate from metrics.{metric_id}"
    )
    assert low <= year["rate"] <= high


def test_every_type_of_payer_pays_after_14_to_45_days(published: Path) -> None:
    days = {
        row["payer_type"]: row["days"]
        for row in read_table(
            published,
            "select payer_type, sum(numerator) / sum(denominator) as days"
            " from metrics.days_to_payment inner join core.dim_payer using (payer_id) group by all",
        )
    }
    assert set(days) == {
        "medicare",
        "medicare_advantage",
        "medicaid",
        "commercial",
        "workers_comp",
        "auto",
        "tricare_va",
    }
    assert {kind: round(wait) for kind, wait in days.items() if not 14 <= wait <= 45} == {}


def test_a_visit_has_three_to_four_units(published: Path) -> None:
    (year,) = read_table(
        published,
        "select sum(units) / count(distinct visit_key) as units_per_visit"
        " from core.fct_charge where not is_voided",
    )
    assert 3 <= year["units_per_visit"] <= 4
