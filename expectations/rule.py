"""What a rule is: a statement about one table, who looks after it, and how it is checked.

Belongs here: the rule, its result, and the few forms of check that rules are written with. Does not
belong here: the rules (suites), and how a check reaches the database (connection).

A check is plain data, and becomes an expectation of Great Expectations when a suite runs. Checks
written in SQL select the constant 1 for each row that breaks the rule, so that no value of a row
can get into a result. Their SQL is of the dialect that DuckDB and Spark share, as the models are;
what the engines write otherwise has a function here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Severity = Literal["critical", "warning"]

CRITICAL: Severity = "critical"
WARNING: Severity = "warning"

# Who acts: keeps claims and payments right, runs the practice's systems, keeps this warehouse.
BILLING_LEAD = "billing_lead"
PRACTICE_MANAGER = "practice_manager"
DATA_ENGINEER = "data_engineer"

# A share of a handful of rows says nothing: the scorecard calls it "too few" as well.
TOO_FEW = 20

AS_OF = "(select as_of from raw.run_settings)"

# A query for the numbers from 0 to 9,999: as days, 27 years.
_DIGITS = f"(values {', '.join(f'({digit})' for digit in range(10))})"
NUMBERS = (
    "select a.digit + 10 * b.digit + 100 * c.digit + 1000 * d.digit as number from "
    + " cross join ".join(f"{_DIGITS} as {place}(digit)" for place in "abcd")
)


@dataclass(frozen=True)
class Check:
    """An expectation by its class name, its arguments, and the rows that it looks at.

    `of` is a query that stands for the table, where the rule is about a part of it.
    """

    expectation: str
    arguments: Mapping[str, object]
    of: str | None = None


@dataclass(frozen=True)
class Rule:
    """One expectation of the data.

    Attributes:
        suite: the layer whose suite it belongs to.
        table: schema and table, "core.fct_claim".
        name: says what holds when the rule is met; unique within the suite.
        description: one sentence: what it means when the rule is not met, and who acts.
        severity: critical stops the layers above and the publication, warning does not.
        owner: the role that acts.
        check: how it is found out.
    """

    suite: str
    table: str
    name: str
    description: str
    severity: Severity
    owner: str
    check: Check


@dataclass(frozen=True)
class Result:
    """What was found of one rule; counts, never a value.

    The counts are null when the check could not run, which counts as not met. A rule that allows a
    share of exceptions may be met with some. `rows_failing` counts what the rule speaks of: rows,
    or files, months or payers where it groups rows by them.
    """

    suite: str
    table: str
    name: str
    severity: Severity
    owner: str
    description: str
    is_met: bool
    rows_checked: int | None
    rows_failing: int | None


def is_of_pattern(text: str, pattern: str) -> str:
    """True where all of a text is of the pattern, null where it is null. No empty text is."""
    # What is not of the pattern gives an empty text.
    return f"({text} <> '' and regexp_extract({text}, '^(?:{pattern})$', 0) = {text})"


def days_from(first: str, last: str) -> str:
    """Days from one date to another, a whole number."""
    return f"cast({last} - {first} as integer)"


def digits_of(day: str) -> str:
    """A date as the text YYYYMMDD."""
    return f"replace(cast({day} as string), '-', '')"


def day_of(digits: str) -> str:
    """The date in a text YYYYMMDD, null where it is none."""
    parts = ", ".join(f"substr({digits}, {place}, {size})" for place, size in ((1, 4), (5, 2)))
    written = f"concat_ws('-', {parts}, substr({digits}, 7, 2))"
    return f"case when length({digits}) = 8 then try_cast({written} as date) end"


def rules_of(suite: str, table: str) -> Callable[..., Rule]:
    """Return a function that makes a table's rules from name, severity and what follows."""

    def rule(name: str, severity: Severity, owner: str, description: str, check: Check) -> Rule:
        return Rule(suite, table, name, description, severity, owner, check)

    return rule


def present(column: str, share: float = 0) -> Check:
    """The column is null in at most a share of the rows."""
    return Check("ExpectColumnValuesToNotBeNull", {"column": column, "mostly": 1 - share})


def between(column: str, low: float | None, high: float | None, share: float = 0) -> Check:
    """The values, nulls apart, are within both ends, but for at most a share of them."""
    bounds = {"min_value": low, "max_value": high}
    return Check("ExpectColumnValuesToBeBetween", {"column": column, **bounds, "mostly": 1 - share})


def one_of(column: str, values: Sequence[str]) -> Check:
    """The values, nulls apart, are on the list."""
    return Check("ExpectColumnValuesToBeInSet", {"column": column, "value_set": list(values)})


def no_row(condition: str, *, share: float = 0, fewest: int = 1, of: str | None = None) -> Check:
    """At most a share of the rows meets the SQL condition, or fewer than `fewest` rows do."""
    return nothing(
        f"select 1 from {{batch}} where {_literal(condition)}", share=share, fewest=fewest, of=of
    )


def on_plausible_day(column: str) -> Check:
    """The dates, nulls apart, are from 2000 to a year after the day that the run speaks for."""
    return no_row(f"{column} not between date '2000-01-01' and {AS_OF} + 365")


def nothing(query: str, *, share: float = 0, fewest: int = 1, of: str | None = None) -> Check:
    """The query, which selects 1 from {batch}, finds nothing, or no more than no_row allows.

    {batch} becomes a subquery with an alias, so that it takes none of its own.
    """
    arguments = {"unexpected_rows_query": query, "allowed_share": share, "fewest": fewest}
    return Check("ExpectFewRows", arguments, of)


def not_empty(unless: str = "false") -> Check:
    """The table has a row, or the SQL condition says why it may have none."""
    return nothing(f"select 1 from {{batch}} having count(*) = 0 and not ({_literal(unless)})")


def holds(condition: str) -> Check:
    """The SQL condition, an aggregate over the table, is true; null counts as true."""
    return nothing(f"select 1 from {{batch}} having not ({_literal(condition)})")


def _literal(condition: str) -> str:
    # Great Expectations reads braces as names to fill in.
    return condition.replace("{", "{{").replace("}", "}}")
