"""`python -m orchestration.metric`: any metric by any dimension, from the published file.

Belongs here: asking MetricFlow's engine, which `mf query` asks too, and saying what can be asked.
Does not belong here: what a metric is (models/semantic/, over models/marts/core).

Read is only the published file: analysts need no access to the private warehouse. It takes the
warehouse's name in the statements that MetricFlow writes.
"""

import argparse
import dataclasses
import difflib
import logging
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from orchestration.dbt_project import DbtError, ensure_manifest
from orchestration.quoting import quoted_name, quoted_text
from orchestration.settings import PROJECT_ROOT, Settings, SettingsError
from orchestration.sql import show
from orchestration.terminal import end_with_the_reader

# Its own folder of dbt's artifacts: readers of the published file may not enter the home.
_PARSED = PROJECT_ROOT / "target" / "metric"
_GRAINS = ("day", "week", "month", "quarter", "year")
_CATALOG = "select metric_id, definition from metrics.catalog order by metric_id"


class MetricError(Exception):
    """What was asked cannot be answered. The message is one sentence."""


class Metrics:
    """The metrics of the project over one published file."""

    def __init__(self, manifest: str, reader: duckdb.DuckDBPyConnection) -> None:
        """Make the engine from the text of dbt's semantic_manifest.json."""
        # Seconds to import, and then no word of Python's but errors.
        logging.getLogger("metricflow_semantic_interfaces").setLevel(logging.ERROR)
        from metricflow.engine.metricflow_engine import MetricFlowEngine
        from metricflow_semantics.model.dbt_manifest_parser import (
            parse_manifest_from_dbt_generated_manifest,
        )
        from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

        parsed = parse_manifest_from_dbt_generated_manifest(manifest)
        self._lookup = SemanticManifestLookup(parsed)
        self._engine = MetricFlowEngine(self._lookup, _dialect())
        self.reader = reader
        self.descriptions = {metric.name: metric.description or "" for metric in parsed.metrics}

    def dimensions(self, metrics: Sequence[str]) -> list[str]:
        """What all of the metrics can be asked by, in MetricFlow's names.

        Raises:
            MetricError: there is no such metric.
        """
        from metricflow_semantic_interfaces.references import MetricReference
        from metricflow_semantics.model.linkable_element_property import GroupByItemProperty
        from metricflow_semantics.model.semantics.element_filter import GroupByItemSetFilter

        for name in metrics:
            if name not in self.descriptions:
                near = difflib.get_close_matches(name, self.descriptions, n=3)
                raise MetricError(
                    f"There is no metric {name!r}"
                    + (
                        f"; did you mean {_listed(near, 'or')}?"
                        if near
                        else "; make metric lists all."
                    )
                )
        found = self._lookup.metric_lookup.get_common_group_by_items(
            metric_references=[MetricReference(name) for name in metrics],
            set_filter=GroupByItemSetFilter.create(
                any_properties_denylist={GroupByItemProperty.METRIC, GroupByItemProperty.DATE_PART}
            ),
        )
        return sorted({one.spec.dunder_name for one in found.annotated_specs})

    def resolved(self, metrics: Sequence[str], name: str) -> str:
        """MetricFlow's name of a dimension: `month`, `payer` and `age_band` are enough.

        Raises:
            MetricError: the metrics cannot be asked by it, or it may mean several dimensions.
        """
        known = self.dimensions(metrics)
        found = _meant(known, name)
        if len(found) == 1:
            return found[0]
        told = found or self.short_names(metrics)
        raise MetricError(
            f"{_listed(metrics)} cannot be asked by {name!r}; it can by {_listed(told, 'or')}."
        )

    def short_names(self, metrics: Sequence[str]) -> list[str]:
        """The last words of the dimensions that tell which one is meant."""
        known = self.dimensions(metrics)
        short = {one.rpartition("__")[2] for one in known}
        return sorted(one for one in short if len(_meant(known, one)) == 1)

    def statement(
        self,
        metrics: Sequence[str],
        by: Sequence[str],
        where: Sequence[str] = (),
        days: tuple[datetime | None, datetime | None] = (None, None),
    ) -> str:
        """The SQL that answers: a row for each value of the dimensions, in their order.

        Args:
            metrics: names of metrics.
            by: dimensions, as `resolved` takes them.
            where: conditions in MetricFlow's form, "{{ Dimension('payer__payer_type') }} = 'x'".
            days: first and last day of the metrics' own dates; None: open.

        Raises:
            MetricError: it cannot be asked.
        """
        from metricflow.engine.metricflow_engine import MetricFlowQueryRequest
        from metricflow_semantics.errors.error_classes import InformativeUserError

        self.dimensions(metrics)
        names = [self.resolved(metrics, name) for name in by]
        request = MetricFlowQueryRequest.create(
            metric_names=list(metrics),
            group_by_names=names,
            where_constraints=list(where) or None,
            time_constraint_start=days[0],
            time_constraint_end=days[1],
        )
        try:
            sql = self._engine.explain(request).sql_statement.sql
        except InformativeUserError:
            raise MetricError(
                "WHERE must be a condition on what the metrics can be asked by, like "
                "{{ Dimension('payer__payer_type') }} = 'medicare'."
            ) from None
        columns = ", ".join([*map(_column, names), *map(quoted_name, metrics)])
        # Where there is nothing to divide by is no row, as in the tables of the metrics.
        some = f"coalesce({', '.join(quoted_name(metric) for metric in metrics)}) is not null"
        order = ", ".join(quoted_name(name) for name in names) or "all"
        return f"select {columns}\nfrom (\n{sql}\n)\nwhere {some}\norder by {order}"

    def ask(self, *asked: Any, **more: Any) -> duckdb.DuckDBPyRelation:
        """The answer to what `statement` takes."""
        return self.reader.sql(self.statement(*asked, **more))


@contextmanager
def open_metrics(manifest: Path, published: Path) -> Iterator[Metrics]:
    """The metrics of a semantic manifest, over a published file."""
    text = manifest.read_text("utf-8")
    with duckdb.connect() as reader:
        reader.execute("set enable_progress_bar = false")
        # By the name of the private warehouse, which the manifest calls every table by.
        reader.execute(f"attach {quoted_text(published)} as warehouse (read_only); use warehouse")
        yield Metrics(text, reader)


def semantic_manifest(settings: Settings) -> Path:
    """dbt's semantic_manifest.json, made anew where a file of the project is newer than it.

    Raises:
        DbtError: the project does not parse.
    """
    _PARSED.mkdir(parents=True, exist_ok=True)
    own = dataclasses.replace(settings, home=_PARSED, encryption_key_file=None)
    return ensure_manifest(own).with_name("semantic_manifest.json")


def main(arguments: list[str]) -> int:
    """Print what was asked for and return the exit code."""
    parser = argparse.ArgumentParser(prog="make metric", description=__doc__)
    for option in ("--metrics", "--by", "--where", "--from", "--to"):
        parser.add_argument(option, default="")
    asked = vars(parser.parse_args(arguments))
    metrics, by = (asked[name].replace(",", " ").split() for name in ("metrics", "by"))
    try:
        settings = Settings.from_environment()
        if not settings.published.exists():
            raise MetricError(settings.nothing_published)
        days = (day(asked["from"]), day(asked["to"]))
        with open_metrics(semantic_manifest(settings), settings.published) as layer:
            if metrics:
                where = [asked["where"]] if asked["where"] else []
                show(layer.ask(metrics, by, where, days))
            else:
                _list(layer)
    except (SettingsError, MetricError, DbtError) as problem:
        print(problem, file=sys.stderr)
        return 2
    except duckdb.Error as problem:
        print(f"The published file cannot answer it: {problem}", file=sys.stderr)
        return 1
    return 0


def _dialect() -> Any:
    """As much of MetricFlow's client as writing statements takes: this module runs them."""
    from metricflow.protocols.sql_client import SqlEngine
    from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer

    class Dialect:
        sql_engine_type = SqlEngine.DUCKDB
        sql_plan_renderer = DuckDbSqlPlanRenderer()

    return Dialect()


def _meant(known: Sequence[str], name: str) -> list[str]:
    """The dimensions that a name may stand for: itself, else the nearest ones that end in it."""
    if name in known:
        return [name]
    ends = [one for one in known if one.endswith(f"__{name}")]
    hops = min((one.count("__") for one in ends), default=0)
    nearest = [one for one in ends if one.count("__") == hops]
    # A month is that of the metric's own date, whatever other dates there are.
    return [one for one in nearest if one.startswith("metric_time__")] or nearest


def _column(name: str) -> str:
    """The column of a dimension; MetricFlow gives months as instants."""
    if name.rpartition("__")[2] in _GRAINS:
        return f"cast({quoted_name(name)} as date) as {quoted_name(name)}"
    return quoted_name(name)


def day(text: str) -> datetime | None:
    """The day of a text like 2026-06-30; None of an empty one."""
    if not text:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d")  # noqa: DTZ007 (a day has no zone)
    except ValueError:
        raise MetricError(f"FROM and TO must be days like 2026-06-30, not {text!r}.") from None


def _list(layer: Metrics) -> None:
    """Print the metrics of the catalog with their definitions, then their parts."""
    catalog = layer.reader.sql(_CATALOG).fetchall()
    for metric_id, definition in catalog:
        print(f"{metric_id}: {definition}")
    print("\nThe numbers they are made of, and more:")
    for name in sorted(layer.descriptions.keys() - {metric_id for metric_id, _ in catalog}):
        print(f"{name}: {layer.descriptions[name]}")


def _listed(names: Sequence[str], last: str = "and") -> str:
    *first, end = names
    return f"{', '.join(first)} {last} {end}" if first else end


if __name__ == "__main__":
    end_with_the_reader()
    raise SystemExit(main(sys.argv[1:]))
