"""Great Expectations on what a night built: the only module that knows either side of it.

Belongs here: opening the file, or the tables of Spark, for reading, turning a check into an
expectation, validating it, and letting go of the file. Does not belong here: which checks there
are.

Great Expectations puts values into its results, its messages and its logs. Nothing of them leaves
this module but success and two counts.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from expectations.rule import Check

# Great Expectations gives a connection back before it has fetched from it, and a rollback on that
# occasion would empty the result.
_CONNECTION = {
    "isolation_level": "AUTOCOMMIT",
    "skip_autocommit_rollback": True,
    "pool_reset_on_return": None,
    "connect_args": {"read_only": True},
}
_COUNTS_ONLY = {"result_format": "BASIC", "partial_unexpected_count": 0}


@dataclass(frozen=True)
class Verdict:
    """Whether a check is met, and its counts; both null when it could not run."""

    is_met: bool
    rows_checked: int | None
    rows_failing: int | None


@dataclass(frozen=True)
class Opening:
    """How to open a warehouse that a path alone does not: DuckDB's options, and what to run."""

    options: dict[str, Any]
    statements: list[str]


COULD_NOT_RUN = Verdict(is_met=False, rows_checked=None, rows_failing=None)


Judge = Callable[[str, Check, str], Verdict]


@contextmanager
def open_for_checks(warehouse: Path, opening: Opening | None = None) -> Iterator[Judge]:
    """Yield a function that judges (table, check, severity); the file is free again afterwards.

    The function never raises: a check that cannot run, for whatever reason, is not met.
    """
    with _silence(), _opened(opening), _source(warehouse, opening) as source:
        yield _judge(lambda name, query: _batch(source, name, query))


@contextmanager
def open_spark_for_checks(session: Any) -> Iterator[Judge]:
    """Yield such a function for the tables of a session of Spark, which stays open."""
    with _silence():
        context = _context()
        # Kept in memory by Great Expectations, a fact would take the room of the next one.
        source = context.data_sources.add_spark("warehouse", persist=False)

        def batch(name: str, query: str) -> Any:
            asset = source.add_dataframe_asset(name)
            definition = asset.add_batch_definition_whole_dataframe(name)
            return definition.get_batch({"dataframe": session.sql(query)})

        yield _judge(batch)


def _judge(batch_of: Callable[[str, str], Any]) -> Judge:
    """A function that judges batches, which are made by (name, query), each query's once."""
    batches: dict[str, Any] = {}

    def judge(table: str, check: Check, severity: str) -> Verdict:
        query = check.of or f"select * from {table}"
        try:
            if query not in batches:
                batches[query] = batch_of(f"rows_{len(batches)}", query)
            expectation = _expectation(check, severity)
            found = batches[query].validate(expectation, result_format=_COUNTS_ONLY)
        except Exception:
            # Its message may quote the data.
            return COULD_NOT_RUN
        return _verdict(found)

    return judge


def _context() -> Any:
    import great_expectations

    context = great_expectations.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    return context


@contextmanager
def _source(warehouse: Path, opening: Opening | None) -> Iterator[Any]:
    """Yield the data source, None where the file cannot be opened, and let go of the file."""
    context = _context()
    source = None
    try:
        with suppress(Exception):
            source = context.data_sources.add_sql(
                "warehouse",
                connection_string=f"duckdb:///{quote(str(warehouse)) if opening is None else ''}",
                kwargs=_CONNECTION
                if opening is None
                else {**_CONNECTION, "connect_args": {"config": opening.options}},
            )
        yield source
    finally:
        # Either alone leaves the file locked for the next writer.
        if source is not None:
            try:
                source.get_execution_engine().close()
            finally:
                source.get_engine().dispose()


@contextmanager
def _opened(opening: Opening | None) -> Iterator[None]:
    """Run the statements of an opening on every connection that is made meanwhile."""
    if opening is None:
        yield
        return
    from sqlalchemy import event
    from sqlalchemy.pool import Pool

    def run(connection: Any, _: object) -> None:
        for statement in opening.statements:
            connection.execute(statement)

    event.listen(Pool, "connect", run)
    try:
        yield
    finally:
        event.remove(Pool, "connect", run)


@contextmanager
def _silence() -> Iterator[None]:
    """Keep what Great Expectations logs from every handler: its errors quote the database's."""
    logger = logging.getLogger("great_expectations")
    handler = logging.NullHandler()
    propagates = logger.propagate
    logger.addHandler(handler)
    logger.propagate = False
    try:
        yield
    finally:
        logger.propagate = propagates
        logger.removeHandler(handler)


def _batch(source: Any, name: str, query: str) -> Any:
    asset = source.add_query_asset(name, query=query)
    return asset.add_batch_definition_whole_table(name).get_batch()


def _expectation(check: Check, severity: str) -> Any:
    import great_expectations.expectations as native

    is_own = check.expectation == "ExpectFewRows"
    kind = _expect_few_rows() if is_own else getattr(native, check.expectation)
    return kind(**check.arguments, severity=severity)


def _verdict(found: Any) -> Verdict:
    rows_checked = found.result.get("element_count")
    if rows_checked is None:
        return COULD_NOT_RUN
    return Verdict(bool(found.success), rows_checked, found.result.get("unexpected_count") or 0)


@cache
def _expect_few_rows() -> type:
    """The expectation for rules in SQL, which counts and never fetches the rows it finds."""
    from great_expectations.expectations import UnexpectedRowsExpectation

    class ExpectFewRows(UnexpectedRowsExpectation):
        """Expect the query to find at most a share of the batch's rows, or fewer than `fewest`."""

        allowed_share: float = 0
        fewest: int = 1

        metric_dependencies = ("unexpected_rows_query.row_count", "table.row_count")

        def _validate(
            self,
            metrics: dict,
            runtime_configuration: dict | None = None,
            execution_engine: object = None,
        ) -> dict:
            rows = metrics["table.row_count"]
            found = metrics["unexpected_rows_query.row_count"]
            return {
                "success": found < self.fewest or found <= self.allowed_share * rows,
                "result": {"element_count": rows, "unexpected_count": found},
            }

    return ExpectFewRows
