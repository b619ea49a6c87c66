"""The pages as files: what a template is given, and the scripts and styles beside them.

Belongs here: the report folder. Does not belong here: what a chart or the first screen says.

Every text of the file goes through the templates' escaping. A page may run the scripts beside
it and nothing else, and may load nothing at all, which its content policy says.
"""

from collections.abc import Mapping
from pathlib import Path

import jinja2
from altair.utils.schemapi import debug_mode

from orchestration.report import draw
from orchestration.report.declare import (
    SLICES,
    Chart,
    Dataset,
    Ratio,
    columns,
    ordering,
    query,
)
from orchestration.report.first import first_screen
from orchestration.report.reading import Held, Published
from orchestration.report.themes import THEMES, Theme
from orchestration.share import FORMULA_STARTS

_HERE = Path(__file__).parent
# metrics.scorecard.status says too_few of the same denominators.
TOO_FEW = 20
SHOWN_MONTHS = 12
READINGS = {"final": draw.FINAL, "open": draw.OPEN, "few": draw.FEW}
WORDS = {
    "empty": "Nothing was counted for this choice.",
    "large": (
        "The practice is too large for the page to hold this chart with that filter; "
        "its SQL answers on the published file."
    ),
    "few": f"Too few to say: fewer than {TOO_FEW} were counted.",
}


def environment() -> jinja2.Environment:
    """The templates, with every value escaped and none allowed to be missing."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def write_pages(published: Published, folder: Path) -> None:
    """Write every page and what lies beside them."""
    templates = environment()
    # The charts are held against the schema by a test: here it would take most of the time.
    with debug_mode(False):
        _write_pages(published, folder, templates)
    for file in sorted((_HERE / "static").iterdir()):
        _write(folder / file.name, file.read_text("utf-8"))
    _write(folder / "vega.js", _vega())


def _write_pages(published: Published, folder: Path, templates: jinja2.Environment) -> None:
    shared = {
        "themes": THEMES,
        "as_of": published.as_of,
        "slices": SLICES,
    }
    index = templates.get_template("index.html")
    _write(folder / "index.html", index.render(**shared, here=None, **first_screen(published)))
    page = templates.get_template("theme.html")
    names = published.names()
    for theme in THEMES:
        text = page.render(**shared, here=theme, **theme_page(published, theme, names))
        _write(folder / f"{theme.name}.html", text)


def theme_page(
    published: Published, theme: Theme, names: Mapping[str, list[dict[str, str | None]]]
) -> dict[str, object]:
    """What the template of a theme shows, and what its script is given."""
    charts = theme.charts(published.metrics)
    datasets = {chart.dataset.name: chart.dataset for chart in charts}
    held = {name: published.held(dataset) for name, dataset in datasets.items()}
    charts = [one for one in charts if not one.is_optional or held[one.dataset.name].rows]
    used = {slice_ for one in held.values() for slice_ in one.slices}
    months = [f"{month:%Y-%m-%d}" for month in published.months]
    return {
        "charts": [
            {
                "chart": chart,
                "words": [words for source in chart.sources for words in published.words(source)],
                "picks": [(pick, _pick_heading(chart, pick)) for pick in chart.picks],
                "follows": _follows(chart.dataset, held[chart.dataset.name]),
            }
            for chart in charts
        ],
        "months": published.months,
        "first_shown": published.months[-SHOWN_MONTHS:][:1],
        "names": {slice_: names[slice_] for slice_ in SLICES if slice_ in used},
        "has_month": any(dataset.month for dataset in datasets.values()),
        "is_single": any(not one.is_combined and len(one.slices) > 1 for one in held.values()),
        "data": {
            "charts": [_chart(chart) for chart in charts],
            "datasets": {
                chart.dataset.name: _dataset(chart.dataset, held[chart.dataset.name])
                for chart in charts
            },
            "names": names,
            "months": months,
            "too_few": TOO_FEW,
            "readings": READINGS,
            "words": WORDS,
            "formula_starts": FORMULA_STARTS,
            "config": draw.config(),
        },
    }


def _chart(chart: Chart) -> dict[str, object]:
    parts = query(chart)
    return {
        "id": chart.id,
        "title": chart.title,
        "dataset": chart.dataset.name,
        "by": chart.by,
        "columns": [
            {"name": one.name, "heading": one.heading, "format": one.format}
            for one in columns(chart)
        ],
        "ratios": [_ratio(ratio) for ratio in chart.ratios],
        "running": [{"name": one.name, "of": one.of} for one in chart.running],
        "order": ordering(chart),
        "limit": chart.limit,
        "is_balance": chart.is_balance,
        "without_zero": chart.without_zero,
        "picks": chart.picks,
        "weight": chart.weight,
        "value": chart.value,
        "target": chart.target,
        "total": chart.has_total,
        "sql": {"head": parts.head, "where": parts.where, "tail": parts.tail},
        "spec": _spec(chart),
    }


def _ratio(ratio: Ratio) -> dict[str, object]:
    return {
        "name": ratio.name,
        "numerator": ratio.numerator,
        "denominator": ratio.denominator,
        "few": ratio.can_be_too_few,
    }


def _spec(chart: Chart) -> dict[str, object] | None:
    if chart.draw is None:
        return None
    spec = chart.draw().to_dict(validate=False)
    spec.pop("config", None)
    return spec


def _dataset(dataset: Dataset, held: Held) -> dict[str, object]:
    return {
        "rows": held.rows,
        "held": held.slices,
        "combined": held.is_combined,
        "month": dataset.month,
        "keys": {key.name: key.expression or key.name for key in dataset.keys},
        "joins": {measure.name: measure.join for measure in dataset.measures},
        "columns": held.columns,
    }


def _pick_heading(chart: Chart, pick: str) -> str:
    headings = {key.name: key.heading for key in chart.dataset.keys}
    return headings.get(pick, pick.capitalize())


def _follows(dataset: Dataset, held: Held) -> str:
    """Which of the page's filters the chart heeds, in words."""
    heeded = [*held.slices, *(["period"] if dataset.month else [])]
    if not heeded:
        return "As of the report's day; no filter applies."
    joined = " and ".join([", ".join(heeded[:-1]), heeded[-1]] if len(heeded) > 1 else heeded)
    return f"Filtered by {joined}."


def _vega() -> str:
    # Imported here, since it takes seconds to load.
    import vl_convert

    return vl_convert.javascript_bundle()


def _write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
