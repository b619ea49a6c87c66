"""The pages of the report, in the order of the menu: which charts each shows.

Belongs here: what a page asks and in which order it answers. Does not belong here: how a chart is
drawn or worked out.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from orchestration.report.declare import Chart
from orchestration.report.reading import Metric
from orchestration.report.themes import (
    authorizations,
    claims,
    coding,
    documentation,
    interventions,
    payers,
    quality,
    receivables,
    visits,
)


@dataclass(frozen=True)
class Theme:
    """A page: its file without suffix, its title, what it answers, its metrics and its charts."""

    name: str
    title: str
    question: str
    charts: Callable[[Mapping[str, Metric]], list[Chart]]
    metrics: tuple[str, ...] = ()
    worklists: tuple[str, ...] = ()


THEMES = tuple(
    Theme(
        module.__name__.rsplit(".", 1)[1],
        module.TITLE,
        module.QUESTION,
        module.charts,
        module.METRICS,
        tuple(module.WORKLISTS),
    )
    for module in (
        claims,
        receivables,
        coding,
        payers,
        visits,
        authorizations,
        documentation,
        quality,
        interventions,
    )
)
