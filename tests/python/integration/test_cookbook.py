"""Every query of docs/cookbook.md on the published file of the sample practice.

A query must give the answer on the page. Five answers are worked out here once more, from what
really happened (truth/), without the warehouse.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import duckdb
import pytest
from nights import Night
from truth import Truth, read_truth

from orchestration.cookbook import PAGE, answer, recipes

RECIPES = recipes(PAGE.read_text("utf-8"))
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
MOST_ROWS = 10  # the movements of a month are eight between two balances

day = date.fromisoformat


@pytest.fixture(scope="module")
def reader(sample_night: Night) -> Iterator[duckdb.DuckDBPyConnection]:
    file = sample_night.home / "published" / "billing_marts.duckdb"
    with duckdb.connect(str(file), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def happened(sample_night: Night) -> Truth:
    return read_truth(sample_night.truth)


def told(number: int, *columns: str) -> list[tuple[str, ...]]:
    """The columns of an answer on the page, row by row, as they are written there."""
    lines = [line.strip("| ").split(" | ") for line in RECIPES[number - 1].answer.splitlines()]
    names, _, *rows = lines
    return [tuple(row[names.index(column)] for column in columns) for row in rows]


def percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}"


def test_the_page_has_thirty_numbered_questions_with_short_answers() -> None:
    numbers = [int(recipe.question.split(".")[0]) for recipe in RECIPES]
    assert numbers == list(range(1, 31))
    page = PAGE.read_text("utf-8")
    assert page.count("\n### ") == page.count("```sql") == len(RECIPES)
    for recipe in RECIPES:
        assert 1 <= len(recipe.answer.splitlines()) - 2 <= MOST_ROWS, recipe.question


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.question)
def test_a_query_gives_the_answer_on_the_page(recipe, reader) -> None:
    again = "answers are written by python -m orchestration.cookbook"
    assert answer(reader, recipe.query) == recipe.answer, again


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.question)
def test_an_answer_is_the_same_with_every_key_file_and_on_every_day(recipe) -> None:
    # Pseudonyms are 16 hexadecimal characters.
    assert not re.search(r"_key\b|\b[0-9a-f]{16}\b", recipe.answer)
    assert not re.search(r"current_|today\(|now\(|random", recipe.query.lower())
    # The rows of the whole, not only of a step, have an order.
    assert re.search("^order by", recipe.query, re.MULTILINE)


def test_1_the_claims_refused_are_those_that_payers_refused(happened) -> None:
    refused = {
        line["claim_id"]
        for line in happened.claim_lines
        if line["is_first"] == "true" and line["sequence"] == "P" and line["outcome"] == "denied"
    }
    answered, denied = Counter(), Counter()
    for claim_id, claim in happened.claims.items():
        if claim["first_adjudicated_on"]:
            month = claim["first_adjudicated_on"][:7] + "-01"
            answered[month] += 1
            denied[month] += claim_id in refused
    assert told(1, "month", "answered_claims", "denied_claims", "denial_percent") == [
        (month, str(answered[month]), str(denied[month]), percent(denied[month], answered[month]))
        for month in sorted(answered, reverse=True)[:6]
    ]


def test_2_the_causes_are_those_that_payers_gave(happened) -> None:
    lines, charges = Counter(), defaultdict(Decimal)
    for line in happened.claim_lines:
        first = line["is_first"] == "true" and line["sequence"] == "P"
        if first and line["outcome"] == "denied" and day(line["paid_on"]) >= date(2025, 7, 1):
            lines[line["root_cause"]] += 1
            charges[line["root_cause"]] += Decimal(line["charge_amount"])
    causes = sorted(charges, key=charges.__getitem__, reverse=True)
    assert told(2, "root_cause", "denied_lines", "denied_charges") == [
        (cause, f"{lines[cause]:,}", f"{charges[cause]:,.2f}") for cause in causes
    ]


def test_14_the_receivable_moved_as_money_did(happened) -> None:
    moved = defaultdict(Decimal)
    for event in happened.ledger:
        amount = Decimal(event["amount"])
        before = event["event_date"] < "2026-06-01"
        moved["opening balance" if before else event["kind"]] += amount
        moved["closing balance"] += amount
    assert dict(told(14, "movement", "amount")) == {
        movement: f"{amount:,.2f}" for movement, amount in moved.items()
    }


def test_26_therapists_did_the_units_that_they_did(happened, reader) -> None:
    visits, units = defaultdict(set), Counter()
    for charge in happened.charges.values():
        if not charge["voided_on"]:
            provider = happened.visits[charge["visit_id"]]["provider_id"]
            visits[provider].add(charge["visit_id"])
            units[provider] += int(charge["units"])
    names = dict(
        reader.execute("select provider_id, provider_name from core.dim_provider").fetchall()
    )
    busiest = sorted(visits, key=lambda provider: (-len(visits[provider]), provider))[:6]
    assert told(26, "provider_name", "visits", "units") == [
        (names[provider], f"{len(visits[provider]):,}", f"{units[provider]:,}")
        for provider in busiest
    ]


def test_27_patients_stayed_away_when_they_did(happened) -> None:
    ended, away = Counter(), Counter()
    for appointment in happened.appointments.values():
        weekday = day(appointment["scheduled_on"]).weekday()
        ended[weekday] += appointment["status"] not in ("scheduled", "rescheduled")
        away[weekday] += appointment["status"] == "no_show"
    assert told(27, "weekday", "appointments", "no_shows", "no_show_percent") == [
        (DAYS[weekday], f"{ended[weekday]:,}", f"{away[weekday]:,}", percent(away[weekday], number))
        for weekday, number in sorted(ended.items())
    ]
