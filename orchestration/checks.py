"""The suites of Great Expectations as asset checks between the layers.

Belongs here: running a suite at its layer, keeping what it found, and stopping what follows where a
critical expectation is not met. Does not belong here: the expectations (expectations.suites).
"""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dagster import (
    AssetCheckExecutionContext,
    AssetCheckResult,
    AssetChecksDefinition,
    AssetCheckSeverity,
    AssetCheckSpec,
    multi_asset_check,
)

import expectations
from expectations.connection import Opening
from orchestration.assets.raw import POOL
from orchestration.dbt_project import in_dbt_process
from orchestration.redaction import without_values
from orchestration.retry import retried
from orchestration.settings import Settings
from orchestration.spark_session import SUITE
from orchestration.warehouse import connect, encrypted_options, statements

CRITICAL = "critical"

_TABLE = """
create schema if not exists quality;
create table if not exists quality.expectation_results (
    suite varchar, table_name varchar, expectation varchar, severity varchar, owner varchar,
    description varchar, is_met boolean, rows_checked bigint, rows_failing bigint
);
"""


def suite_checks(settings: Settings) -> list[AssetChecksDefinition]:
    """The checks of every suite, in the order of the layers."""
    return [_suite(suite, settings) for suite in expectations.SUITES]


def _suite(suite: str, settings: Settings) -> AssetChecksDefinition:
    rules = {rule.name: rule for rule in expectations.rules(suite)}

    @multi_asset_check(
        name=f"expectations_of_{suite}",
        specs=[
            AssetCheckSpec(
                rule.name,
                asset=rule.table.split("."),
                description=rule.description,
                blocking=rule.severity == CRITICAL,
                metadata={"owner": rule.owner, "severity": rule.severity},
            )
            for rule in rules.values()
        ],
        pool=POOL,
    )
    def check(context: AssetCheckExecutionContext) -> Iterator[AssetCheckResult]:
        started = time.monotonic()

        def judge() -> list[expectations.Result]:
            # A file that is locked would be one that no rule can judge.
            connect(settings).close()
            found = suite_results(settings, suite)
            keep_results(settings, suite, found)
            return found

        with retried(context):
            results = without_values(judge)
        met = sum(result.is_met for result in results)
        seconds = time.monotonic() - started
        print(f"expectations of {suite}: {met} of {len(results)} met, {seconds:.1f} s", flush=True)
        for result in results:
            is_critical = result.severity == CRITICAL
            yield AssetCheckResult(
                passed=result.is_met,
                check_name=result.name,
                asset_key=result.table.split("."),
                severity=AssetCheckSeverity.ERROR if is_critical else AssetCheckSeverity.WARN,
                description=result.description,
                metadata=_counts(result),
            )

    return check


def suite_results(settings: Settings, suite: str) -> list[expectations.Result]:
    """Judge what the night built by a suite, on the engine that built it.

    Raises:
        DbtError: there is no session of Spark.
    """
    if not settings.is_spark:
        return expectations.run_suite(settings.warehouse, suite, _opening(settings))
    told = in_dbt_process(settings, SUITE, suite).splitlines()[-1]
    return [expectations.Result(**one) for one in json.loads(told)]


def _opening(settings: Settings) -> Opening | None:
    """How the checks open the warehouse; None: by its path."""
    if settings.encryption_key() is None:
        return None
    return Opening(encrypted_options(settings), statements(settings, read_only=True))


def _counts(result: expectations.Result) -> Mapping[str, Any]:
    counts = {"rows_checked": result.rows_checked, "rows_failing": result.rows_failing}
    return {name: count for name, count in counts.items() if count is not None}


def keep_results(settings: Settings, suite: str, results: Sequence[expectations.Result]) -> None:
    """Write the results of a suite to quality.expectation_results, in place of its last ones.

    The first suite of a run also removes the results of the others: they speak of another night.
    """
    rows = [
        (
            one.suite,
            one.table,
            one.name,
            one.severity,
            one.owner,
            one.description,
            one.is_met,
            one.rows_checked,
            one.rows_failing,
        )
        for one in results
    ]
    with connect(settings) as connection:
        connection.execute(_TABLE)
        connection.begin()
        if suite == expectations.SUITES[0]:
            connection.execute("delete from quality.expectation_results")
        connection.execute("delete from quality.expectation_results where suite = ?", [suite])
        if rows:
            connection.executemany(
                "insert into quality.expectation_results values (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows
            )
        connection.commit()
