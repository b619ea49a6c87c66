"""`python -m orchestration.metric_docs`: the definition of every metric into docs/metrics.md.

The YAML of the models (config.meta.metric, columns, unit tests) is the home of each definition; the
page holds a copy for people between two marks. A test sees that the copy is up to date. References
`{{ doc('…') }}` are resolved from the blocks of models/marts/_columns.md, so that no dbt is needed.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from orchestration.settings import PROJECT_ROOT

PAGE = PROJECT_ROOT / "docs" / "metrics.md"
_MODELS = PROJECT_ROOT / "models" / "marts" / "metrics"
_BLOCKS = PROJECT_ROOT / "models" / "marts" / "_columns.md"
_BEGIN, _END = "<!-- metrics: made by metric_docs -->\n", "<!-- end of the metrics -->\n"

# What every metric has, described once above the sections.
_COMMON = ("month", "payer_id", "clinic_id", "provider_id")
_COMMON += ("numerator", "denominator", "value", "is_mature")


def described(page: str) -> str:
    """Return the page with the sections of all metrics between its marks."""
    before, rest = page.split(_BEGIN)
    _, after = rest.split(_END)
    return before + _BEGIN + "\n".join(_lines()) + "\n" + _END + after


def metric_models() -> dict[str, dict[str, Any]]:
    """Return the YAML of the models that are metrics, by their ids in order."""
    return {model["name"]: model for model in _models() if _metric(model)}


def _models() -> list[dict[str, Any]]:
    """What is published: models with an enforced contract; others are steps on the way."""
    documents = [document for _, document in _documents()]
    found = [model for document in documents for model in document.get("models", [])]
    published = [model for model in found if model.get("config", {}).get("contract")]
    return sorted(published, key=lambda model: model["name"])


@cache
def _documents() -> list[tuple[Path, dict[str, Any]]]:
    files = sorted(_MODELS.rglob("*.yml"))
    return [(file, yaml.safe_load(file.read_text(encoding="utf-8"))) for file in files]


def _metric(model: dict[str, Any]) -> dict[str, Any] | None:
    return model["config"].get("meta", {}).get("metric")


def _lines() -> Iterator[str]:
    metrics = metric_models()
    yield from ("", "## Contents", "", "| metric | what it says | unit | target |")
    yield "|---|---|---|---|"
    for name, model in metrics.items():
        metric = _metric(model)
        says = _text(model["description"]).split(". ")[0].rstrip(".")
        yield f"| [{name}](#{name}) | {says} | {metric['unit']} | {_target(metric)} |"
    yield from ("", "More tables stand [beside the metrics](#beside-the-metrics).")
    for model in metrics.values():
        yield from _section(model, _metric(model))
    yield from ("", "## Beside the metrics", "", "| table | what it holds |", "|---|---|")
    for model in _models():
        if not _metric(model):
            yield f"| `metrics.{model['name']}` | {_text(model['description'])} |"
    yield ""


def _section(model: dict[str, Any], metric: dict[str, Any]) -> Iterator[str]:
    columns = {column["name"]: _text(column["description"]) for column in model["columns"]}
    better = "higher" if metric["higher_is_better"] else "lower"
    facts = {
        "numerator": metric["numerator"],
        "denominator": metric["denominator"],
        "unit": f"{metric['unit']}; {better} is better",
        "date basis": f"{metric['date_basis']}; `month` is its first day",
        "grain": f"one row per {', '.join(f'`{name}`' for name in _grain(model))}",
        "payer": columns["payer_id"],
        "clinic": columns["clinic_id"],
        "provider": columns["provider_id"],
        "target": _target(metric),
        "why this target": metric["target_source"],
        "owner": model["config"]["meta"]["owner"].replace("_", " "),
    }
    yield from ("", f"## {model['name']}", f"**{metric['name']}.** {_text(model['description'])}")
    yield from ("", "| | |", "|---|---|")
    for name, text in facts.items():
        yield f"| {name} | {_text(text)} |"
    extras = [(name, text) for name, text in columns.items() if name not in _COMMON]
    if extras:
        yield from ("", "Columns of its own:", "", "| column | meaning |", "|---|---|")
        for name, text in extras:
            yield f"| `{name}` | {text} |"
    yield from ("", "Caveats:", "")
    for caveat in metric["caveats"]:
        yield f"- {_text(caveat)}"
    yield from ("", "Recomputed from `core`:", "", *_sql(metric["query"]))
    if metric.get("variants"):
        yield from ("", "By other names, or by this name elsewhere:")
        for variant in metric["variants"]:
            yield from ("", f"**{variant['name']}.** {_text(variant['definition'])}", "")
            yield from _sql(variant["query"])
    yield from ("", *_worked_by_hand(model["name"]))


def _worked_by_hand(name: str) -> Iterator[str]:
    sql = next(_MODELS.rglob(f"{name}.sql")).relative_to(PROJECT_ROOT).as_posix()
    yield f"The model is [{sql}](../{sql}). Rows worked by hand, each a test:"
    yield ""
    for file, document in _documents():
        path = file.relative_to(PROJECT_ROOT).as_posix()
        for test in document.get("unit_tests", []):
            if test["model"] == name:
                about = f": {_text(test['description'])}" if test.get("description") else ""
                yield f"- `{test['name']}` in [{file.name}](../{path}){about}"


def _sql(query: str) -> list[str]:
    return ["```sql", *query.rstrip().splitlines(), "```"]


def _grain(model: dict[str, Any]) -> list[str]:
    (grain,) = (one["columns"] for one in model["constraints"] if one["type"] == "unique")
    return grain


def _target(metric: dict[str, Any]) -> str:
    target = metric.get("target")
    if target is None:
        return "none"
    return f"{target * 100:g} %" if metric["unit"] == "ratio" else f"{target} {metric['unit']}"


def _text(text: str) -> str:
    """Return the text on one line, with the blocks that it refers to in their place."""
    resolved = re.sub(r"\{\{ *doc\('(\w+)'\) *\}\}", lambda found: _doc_blocks()[found[1]], text)
    return " ".join(resolved.split()).replace("|", "\\|")


@cache
def _doc_blocks() -> dict[str, str]:
    text = _BLOCKS.read_text(encoding="utf-8")
    return dict(re.findall(r"\{% docs (\w+) %\}(.*?)\{% enddocs %\}", text, flags=re.DOTALL))


def main() -> int:
    """Write the page anew and return the exit code."""
    PAGE.write_text(described(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
