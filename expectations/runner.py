"""Running a suite: its rules in order, and a result for each.

Belongs here: the suites by name, and rules to results. Does not belong here: what a result leads
to, which is for the orchestration.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from expectations.connection import (
    Judge,
    Opening,
    Verdict,
    open_for_checks,
    open_spark_for_checks,
)
from expectations.rule import Result, Rule
from expectations.suites import core, metrics, raw, staging

_RULES = {"raw": raw.rules, "staging": staging.rules, "core": core.rules, "metrics": metrics.rules}

SUITES: tuple[str, ...] = tuple(_RULES)


def rules(suite: str) -> list[Rule]:
    """Return the rules of a suite, in the order in which they run.

    Raises:
        KeyError: there is no such suite.
    """
    return _RULES[suite]()


def run_suite(warehouse: Path, suite: str, opening: Opening | None = None) -> list[Result]:
    """Judge the warehouse by the rules of a suite; the file is opened for reading, and freed.
    `opening` says how to open one that a path alone does not.

    A rule that cannot run (its table is missing, the file is locked) is a result that is not met.

    Raises:
        KeyError: there is no such suite.
    """
    return run_rules(warehouse, rules(suite), opening)


def run_suite_on_spark(session: Any, suite: str) -> list[Result]:
    """Judge the tables of a session of Spark by the rules of a suite, as run_suite does.

    Raises:
        KeyError: there is no such suite.
    """
    with open_spark_for_checks(session) as judge:
        return _results(rules(suite), judge)


def run_rules(
    warehouse: Path, rules: Iterable[Rule], opening: Opening | None = None
) -> list[Result]:
    """Judge the warehouse by the rules given, as run_suite does."""
    with open_for_checks(warehouse, opening) as judge:
        return _results(rules, judge)


def _results(rules: Iterable[Rule], judge: Judge) -> list[Result]:
    return [_result(rule, judge(rule.table, rule.check, rule.severity)) for rule in rules]


def _result(rule: Rule, verdict: Verdict) -> Result:
    return Result(
        suite=rule.suite,
        table=rule.table,
        name=rule.name,
        severity=rule.severity,
        owner=rule.owner,
        description=rule.description,
        is_met=verdict.is_met,
        rows_checked=verdict.rows_checked,
        rows_failing=verdict.rows_failing,
    )
