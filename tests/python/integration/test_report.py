"""The report in a real browser, opened from disk: what it shows is what the published file holds.

One browser and one load of each page for all tests. The report of the sample, and those of three
published files that no practice has: empty, hostile, and with 200 clinics.
"""

import datetime
import math
import shutil
import urllib.parse
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import published_files
import pytest
from browser import Browser, Opened, browser, needs_chromium
from nights import Night

from orchestration.report import write_report
from orchestration.report.first import written
from orchestration.report.reading import Published
from orchestration.report.standard import format_of
from orchestration.report.themes import THEMES
from orchestration.share import as_text

pytestmark = needs_chromium
PAGES = [theme.name for theme in THEMES]


@pytest.fixture(scope="module")
def published(sample_night: Night) -> Path:
    return sample_night.home / "published" / "billing_marts.duckdb"


@pytest.fixture(scope="module")
def report(sample_night: Night) -> Path:
    """That of the night, as people open it."""
    return sample_night.home / "published" / "report"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as running:
        yield running


@pytest.fixture(scope="module")
def opened(report: Path, chromium: Browser) -> dict[str, Opened]:
    """Every page, as first opened. A test that changes a page's choice resets it."""
    return {name: chromium.open(report / f"{name}.html") for name in ["index", *PAGES]}


@pytest.fixture(scope="module")
def reader(published: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(published), read_only=True) as connection:
        yield connection


def agree(shown: str, held: object) -> bool:
    """Whether a cell of a CSV is what the database gave."""
    if held is None:
        return shown == ""
    if isinstance(held, bool):
        return shown == str(held).lower()
    if isinstance(held, int | float | Decimal):
        return math.isclose(float(shown), float(held), rel_tol=1e-9, abs_tol=1e-6)
    if isinstance(held, datetime.date):
        return shown == f"{held:%Y-%m-%d}"
    return shown == as_text(held)


def assert_chart_is_its_sql(page: Opened, chart: str, reader: duckdb.DuckDBPyConnection) -> int:
    """Run the SQL that a chart shows and hold its CSV against it; return the rows."""
    result = reader.execute(page.sql(chart))
    names = [column[0] for column in result.description]
    rows = result.fetchall()
    header, *lines = page.csv(chart)
    assert header == names, chart
    assert len(lines) == len(rows), chart
    for line, row in zip(lines, rows, strict=True):
        wrong = [
            (name, a, b) for name, a, b in zip(names, line, row, strict=True) if not agree(a, b)
        ]
        assert not wrong, (chart, wrong)
    return len(rows)


@pytest.mark.parametrize("name", PAGES)
def test_every_chart_of_a_page_is_what_its_sql_gives(
    name: str, opened: dict[str, Opened], reader: duckdb.DuckDBPyConnection
) -> None:
    page = opened[name]
    assert len(page.charts()) >= 2
    filled = [chart for chart in page.charts() if assert_chart_is_its_sql(page, chart, reader)]
    assert len(filled) >= 2
    for chart in filled:
        is_drawn = page.page.query_selector(f"#{chart} .plot svg") is not None
        assert is_drawn or page.page.query_selector(f"#{chart} .plot") is None
        assert "undefined" not in page.page.text_content(f"#{chart}")
        assert "NaN" not in page.page.text_content(f"#{chart}")


@pytest.mark.parametrize("name", ["index", *PAGES])
def test_a_page_asks_for_nothing_but_what_lies_beside_it_and_complains_of_nothing(
    name: str, opened: dict[str, Opened], report: Path
) -> None:
    page = opened[name]
    assert page.complaints == []
    beside = report.absolute().as_uri() + "/"
    assert page.requests
    assert [url for url in page.requests if not url.startswith(beside)] == []


@pytest.mark.parametrize("name", ["index", *PAGES])
def test_axe_finds_nothing_serious(name: str, opened: dict[str, Opened]) -> None:
    page = opened[name]
    is_whole = name in ("index", "claims")  # every kind of part is on one of the two
    if is_whole:
        page.page.eval_on_selector_all("details", "all => all.forEach(one => { one.open = true; })")
    assert page.axe() == []
    if is_whole:
        page.page.emulate_media(color_scheme="dark")
        assert page.axe() == []
        page.page.emulate_media(color_scheme="light")


@pytest.mark.parametrize("name", ["index", *PAGES])
def test_a_phone_does_not_scroll_sideways(name: str, opened: dict[str, Opened]) -> None:
    page = opened[name].page
    page.set_viewport_size({"width": 375, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    page.set_viewport_size({"width": 1280, "height": 900})


def test_every_link_leads_somewhere(opened: dict[str, Opened]) -> None:
    anchors = {
        name: set(page.page.eval_on_selector_all("[id]", "all => all.map(one => one.id)"))
        for name, page in opened.items()
    }
    for page in opened.values():
        hrefs = page.page.eval_on_selector_all(
            "a:not([download])", "all => all.map(one => one.href)"
        )
        assert hrefs
        for href in hrefs:
            parts = urllib.parse.urlparse(href)
            if parts.path.endswith("docs/index.html"):
                assert Path(urllib.parse.unquote(parts.path)).is_file()
                continue
            target = Path(parts.path).stem
            assert parts.scheme == "file" and target in opened, href
            assert not parts.fragment or parts.fragment in anchors[target], href


def test_the_first_screen_shows_the_scorecard(
    opened: dict[str, Opened], published: Path, reader: duckdb.DuckDBPyConnection
) -> None:
    page = opened["index"].page
    newest = reader.execute(
        "select metric_id, value, status from metrics.scorecard where scope = 'practice'"
        " qualify row_number() over ("
        "   partition by metric_id order by is_mature desc, month desc) = 1"
    ).fetchall()
    shown = dict(
        page.eval_on_selector_all(
            "[data-metric]", "all => all.map(one => [one.dataset.metric, one.textContent])"
        )
    )
    with Published(published) as file:
        formats = {name: format_of(metric) for name, metric in file.metrics.items()}
    assert len(shown) == len(newest) == 20
    for metric_id, value, status in newest:
        # One digit more where the rounded value would look like the target that it misses.
        expected = {written(value, formats[metric_id])}
        expected |= {f"{value:.2%}"} if status == "missed" else set()
        assert shown[metric_id] in expected, metric_id
    assert page.locator(".spark svg").count() == len(newest)


def test_the_sums_of_the_first_screen_are_those_of_the_worklists(
    opened: dict[str, Opened], reader: duckdb.DuckDBPyConnection
) -> None:
    page = opened["index"].page
    (open_denials,) = reader.execute(
        "select sum(at_stake_amount) from worklists.open_denials"
    ).fetchone()
    cards = page.locator(".stakes li").all_text_contents()
    assert len(cards) == 3
    assert any("Open denials" in card and f"${open_denials:,.0f}" in card for card in cards)
    amounts = page.locator(".stakes .big").all_text_contents()
    dollars = [int(text.strip("$").replace(",", "")) for text in amounts]
    assert dollars == sorted(dollars, reverse=True)
    for which in ("stakes", "scores"):
        sql = page.text_content(f"[data-sql={which}]")
        assert reader.execute(sql).fetchall()


def test_filters_narrow_charts_tables_sql_and_csv_alike(
    opened: dict[str, Opened], reader: duckdb.DuckDBPyConnection
) -> None:
    page = opened["claims"]
    page.choose(payer="=PAY02", clinic="=C02")
    page.choose(**{"from": "2026-01-01", "to": "2026-03-01"})
    held = reader.execute(
        "select month, sum(denominator) from metrics.denial_rate where payer_id = 'PAY02'"
        " and clinic_id = 'C02' and month between date '2026-01-01' and date '2026-03-01'"
        " group by month order by month"
    ).fetchall()
    header, *lines = page.csv("denial_rate-by-month")
    place = header.index("denominator")
    assert [(line[0], int(line[place])) for line in lines] == [(f"{m}", d) for m, d in held]
    assert all(assert_chart_is_its_sql(page, chart, reader) >= 0 for chart in page.charts())
    row = page.page.text_content("#denial_rate-by-month tbody tr:last-child")
    assert "Mar 2026" in row
    assert "Senior Advantage Plan" in page.page.text_content("#filter-status")
    assert "=PAY02" in urllib.parse.unquote(
        page.page.get_attribute("nav a[data-theme='payers.html']", "href")
    )
    # In one step of the page, so that nothing of it can run between.
    reset = "document.querySelector('#filters button').click(), document.body.dataset.ready"
    assert page.page.evaluate(reset) == "no"
    page.settle()
    assert page.page.text_content("#filter-status").startswith("Whole practice")
    assert page.complaints == []


def test_a_link_keeps_the_choice(report: Path, chromium: Browser) -> None:
    page = chromium.open(report / "documentation.html", "#clinic=%3DC03&from=2026-02-01")
    assert page.page.text_content("#filter-status") == "Hilltop Clinic, Feb 2026 to Jun 2026"
    assert "clinic_id = 'C03'" in page.sql("documentation_timeliness-by-month")


def test_months_that_can_change_are_drawn_and_told_as_such(opened: dict[str, Opened]) -> None:
    page = opened["receivables"]
    header, *lines = page.csv("net_collection_rate-by-month")
    final = header.index("is_mature")
    held = {line[0]: line[final] for line in lines}
    assert held["2026-06-01"] == "false" and held["2026-01-01"] == "true"
    fills = page.page.eval_on_selector_all(
        "#net_collection_rate-by-month .mark-symbol path",
        "all => all.map(one => one.getAttribute('fill'))",
    )
    hollow = [fill for fill in fills if fill == "var(--paper)"]
    assert len(hollow) == sum(state == "false" for state in held.values())
    assert "can still change" in page.page.text_content("#net_collection_rate-by-month .key")


def test_the_keyboard_reaches_the_numbers_first_and_sees_where_it_is(
    report: Path, chromium: Browser
) -> None:
    page = chromium.open(report / "index.html").page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_in_print_there_are_charts_and_no_controls(opened: dict[str, Opened]) -> None:
    page = opened["coding"].page
    page.emulate_media(media="print")
    assert page.is_visible("#unit_accuracy_rate-by-month .plot svg")
    assert not page.is_visible("nav")
    assert not page.is_visible("#filters select >> nth=0")
    assert page.is_visible("#filter-status")
    page.emulate_media(media="screen")


def test_names_that_are_markup_or_formulas_do_nothing(
    published: Path, tmp_path: Path, chromium: Browser
) -> None:
    file = published_files.hostile(published, tmp_path / "hostile.duckdb")
    write_report(file, tmp_path / "report")
    with duckdb.connect(str(file), read_only=True) as reader:
        for name in ("index", "payers", "claims"):
            page = chromium.open(tmp_path / "report" / f"{name}.html")
            assert page.complaints == []
            assert page.page.locator("img").count() == 0
            if name == "index":
                continue
            page.page.eval_on_selector_all(
                "details", "all => all.forEach(one => { one.open = true; })"
            )
            page.choose(payer="=P'1")
            assert [assert_chart_is_its_sql(page, chart, reader) for chart in page.charts()]
            page.choose(payer="")
            text = page.page.text_content("#denial_rate-by-payer" if name == "claims" else "main")
            assert published_files.HOSTILE in text
            assert page.page.locator("img").count() == 0
        cells = [cell for row in page.csv("denial_rate-by-clinic") for cell in row]
        assert "'=1+1" in cells and "=1+1" not in cells


def test_a_practice_without_a_visit_is_told_so(
    published: Path, tmp_path: Path, chromium: Browser
) -> None:
    write_report(published_files.bare(published, tmp_path / "bare.duckdb"), tmp_path / "report")
    for name in ["index", *PAGES]:
        page = chromium.open(tmp_path / "report" / f"{name}.html")
        assert page.complaints == []
        text = page.page.inner_text("main")
        assert "NaN" not in text and "undefined" not in text and "None" not in text
        for chart in page.charts():
            assert "Nothing was counted" in page.page.inner_text(f"#{chart}"), chart
        if name == "index":
            assert "No metric has a month yet." in text
            assert "No worklist has a dollar on it." in text


def test_200_clinics_stay_within_limits(published: Path, tmp_path: Path, chromium: Browser) -> None:
    file = published_files.large(published, tmp_path / "large.duckdb")
    write_report(file, tmp_path / "report")
    sizes = {page.name: page.stat().st_size for page in (tmp_path / "report").glob("*.html")}
    assert len(sizes) == len(PAGES) + 1
    assert max(sizes.values()) < 8_000_000, sizes
    page = chromium.open(tmp_path / "report" / "visits.html")
    assert page.page.locator("#filters [name=clinic] option").count() == 202
    page.choose(payer="=PAY01")
    page.choose(clinic="=C17")
    # One at a time: the rows of a pair are not in the page.
    assert page.page.input_value("#filters [name=payer]") == ""
    with duckdb.connect(str(file), read_only=True) as reader:
        assert assert_chart_is_its_sql(page, "no_show_rate-by-month", reader)
        beyond = "#units_per_visit-by-provider"
        assert "too large" in page.page.inner_text(beyond)
        assert not page.page.is_visible(f"{beyond} [data-part=csv]")
        assert reader.execute(page.sql("units_per_visit-by-provider")).fetchall()
        page.choose(clinic="")
        assert assert_chart_is_its_sql(page, "units_per_visit-by-provider", reader) == 20
    assert page.complaints == []
    shutil.rmtree(tmp_path / "report")
