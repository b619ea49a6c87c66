"""What the report's charts declare, without a browser."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from orchestration.report import __main__ as command
from orchestration.report import draw, draw_special
from orchestration.report.declare import NUMBERS, SLICES, WORDS, Chart, columns, query
from orchestration.report.first import _change, _month_before, _told, written
from orchestration.report.pages import environment
from orchestration.report.reading import Metric
from orchestration.report.themes import THEMES

STATIC = Path(command.__file__).parent / "static"


class _Metrics(dict):
    """Any metric that a theme asks for."""

    def __missing__(self, name: str) -> Metric:
        metric = Metric(name, name, "d", "n", "d", "ratio", "service", True, 0.9, "why", "none")
        self[name] = metric
        return metric


def every_chart() -> list[Chart]:
    metrics = _Metrics()
    units = ("ratio", "days", "US dollars", "units")
    for number, unit in enumerate(units):
        metrics[f"m{number}"] = replace(metrics["x"], metric_id=f"m{number}", unit=unit)
    return [chart for theme in THEMES for chart in theme.charts(metrics)]


CHARTS = {chart.id: chart for chart in every_chart()}


@pytest.mark.parametrize("chart", CHARTS.values(), ids=CHARTS)
def test_a_chart_says_what_it_draws_and_where_its_definition_is(chart: Chart) -> None:
    assert chart.sources
    names = [column.name for column in columns(chart)]
    assert len(names) == len(set(names))
    assert {column.format for column in columns(chart)} <= {*NUMBERS, *WORDS}
    if chart.draw is not None:
        assert chart.value in names
        # Against the schema of the grammar.
        spec = chart.draw().to_dict()
        assert spec["width"] == "container"
        assert {"name": "table"} in [spec.get("data"), *_data_of(spec)]


def _data_of(spec: dict) -> list[object]:
    return [
        found for layer in spec.get("layer", []) for found in (layer.get("data"), *_data_of(layer))
    ]


def test_a_sparkline_is_of_the_grammar() -> None:
    point = {"month": "2026-06-01", "value": 0.5, "final": True, "last": True}
    assert len(draw_special.sparkline([point], 0.9).to_dict()["layer"]) == 4


def test_ids_are_unique_within_a_page() -> None:
    metrics = _Metrics()
    for theme in THEMES:
        ids = [chart.id for chart in theme.charts(metrics)]
        assert len(ids) == len(set(ids)), theme.name


def test_one_name_of_a_dataset_means_one_dataset_within_a_page() -> None:
    for theme in THEMES:
        held: dict[str, object] = {}
        for chart in theme.charts(_Metrics()):
            assert held.setdefault(chart.dataset.name, chart.dataset) == chart.dataset


def test_every_metric_and_worklist_of_a_theme_is_on_its_page() -> None:
    for theme in THEMES:
        ids = {chart.id for chart in theme.charts(_Metrics())}
        assert {f"{name}-by-month" for name in theme.metrics} <= ids
        assert set(theme.worklists) <= ids


def test_the_sql_of_a_chart_takes_a_readers_choice() -> None:
    text = query(CHARTS["denial_rate-by-payer"]).text("clinic_id = 'C1'")
    assert text == (
        "select\n    payer_name,\n    payer_id,\n"
        "    sum(numerator)::double / nullif(sum(denominator), 0) as value,\n"
        "    sum(numerator) as numerator,\n    sum(denominator) as denominator,\n"
        "    bool_and(is_mature) as is_mature\n"
        "from metrics.denial_rate\n"
        "left join (select payer_id, payer_name from core.dim_payer) using (payer_id)\n"
        "where\n    clinic_id = 'C1'\n"
        "group by payer_name, payer_id\n"
        "order by denominator desc nulls last, payer_name nulls last, payer_id nulls last\n"
        "limit 20;"
    )


def row(value: float, status: str = "met", target: float | None = None) -> dict:
    return {"value": value, "status": status, "target": target}


def test_a_change_is_better_or_worse_by_the_metrics_own_direction() -> None:
    higher = _Metrics()["x"]
    lower = replace(higher, higher_is_better=False)
    assert _change(higher, row(0.95), row(0.90))[:2] == ("+5.0 points", "better")
    assert _change(lower, row(0.95), row(0.90))[:2] == ("+5.0 points", "worse")
    assert _change(higher, row(0.90), row(0.90001))[:2] == ("no change", "same")
    assert _change(higher, row(0.90), None)[1] == "unknown"
    assert _change(higher, row(0.90), row(0.5, "too_few"))[1] == "unknown"
    dollars = replace(higher, unit="US dollars")
    assert _change(dollars, row(99.5), row(100.75))[:2] == ("-$1.25", "worse")


def test_a_value_that_misses_its_target_by_a_hair_does_not_look_like_the_target() -> None:
    assert _told(row(0.89953, "missed", 0.9), "percent") == "89.95%"
    assert _told(row(0.9, "met", 0.9), "percent") == "90.0%"


def test_numbers_are_written_as_people_read_them() -> None:
    assert written(1234567.891, "money") == "$1,234,568"
    assert written(-0.5, "cents") == "-$0.50"
    assert written(0.12345, "percent") == "12.3%"
    assert written(None, "days") == "\N{EN DASH}"


def test_the_month_before_january_is_december() -> None:
    from datetime import date

    assert _month_before(date(2026, 1, 1)) == date(2025, 12, 1)
    assert _month_before(date(2026, 12, 1)) == date(2026, 11, 1)


def test_no_page_may_load_anything_or_run_a_script_of_its_own() -> None:
    source = environment().loader.get_source(environment(), "base.html")[0]
    assert "default-src 'none'; script-src 'self' file:;" in source
    for name in environment().list_templates():
        text = environment().loader.get_source(environment(), name)[0]
        assert not re.search(r"\son\w+=", text), name
        assert "| safe" not in text and "http" not in text.replace("http-equiv", ""), name
        assert all("src=" in tag or "json" in tag for tag in re.findall(r"<script[^>]*>", text))
    for file in STATIC.glob("*.js"):
        script = file.read_text("utf-8")
        assert "innerHTML" not in script and "fetch(" not in script and "eval(" not in script


def test_the_page_writes_every_format_that_a_chart_may_name() -> None:
    script = (STATIC / "rows.js").read_text("utf-8")
    for name in NUMBERS:
        assert re.search(rf"^    {name}: number\(", script, re.MULTILINE), name
    assert set(draw.NUMBERS) == set(NUMBERS)
    assert f"const SLICES = {list(SLICES)!r};".replace("'", '"') in script


def test_the_command_writes_into_no_folder_that_holds_something(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "kept.txt").write_text("kept")
    assert command.main([str(tmp_path)]) == 2
    assert "empty or not there yet" in capsys.readouterr().err
    assert command.main([]) == 2
