"""A headless Chromium for tests, and a page of the report as a reader has it before him.

A browser of the system is taken; Playwright's own would have to be downloaded.
"""

import csv
import io
import shutil
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="no chromium on the path: apt-get install chromium"
)
PATIENCE = 60_000  # milliseconds; a machine that tests other things, too, is slow


@contextmanager
def browser() -> Iterator["Browser"]:
    """A running browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        try:
            yield Browser(running)
        finally:
            running.close()


@dataclass
class Opened:
    """A page that is open, with all that it complained of and asked for."""

    page: object
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def settle(self) -> None:
        """Wait until all charts are drawn for the choice made."""
        self.page.wait_for_selector("body[data-ready=yes]", timeout=PATIENCE)

    def charts(self) -> list[str]:
        return self.page.eval_on_selector_all(".figure", "all => all.map(one => one.id)")

    def sql(self, chart: str) -> str:
        return self.page.text_content(f"#{chart} [data-part=sql]")

    def csv(self, chart: str) -> list[list[str]]:
        """What a reader gets who takes the chart's data."""
        link = f"#{chart} [data-part=csv]"
        self.page.dispatch_event(link, "focus")
        kind, _, text = self.page.get_attribute(link, "href").partition(",")
        assert kind == "data:text/csv;charset=utf-8"
        return list(csv.reader(io.StringIO(urllib.parse.unquote(text), newline="")))

    def choose(self, **choice: str) -> None:
        for name, value in choice.items():
            self.page.select_option(f"#filters [name={name}]", value)
            self.settle()

    def axe(self) -> list[str]:
        """What axe-core finds that is serious or critical."""
        from axe_playwright_python.sync_playwright import Axe

        found = Axe().run(self.page, options={"preload": False}).response["violations"]
        return [
            f"{one['id']}: {one['nodes'][0]['html'][:200]}"
            for one in found
            if one["impact"] in ("serious", "critical")
        ]


class Browser:
    """Opens pages."""

    def __init__(self, running: object) -> None:
        self._running = running

    def open(self, file: Path, anchor: str = "") -> Opened:
        page = self._running.new_page(viewport={"width": 1280, "height": 900})
        opened = Opened(page)
        page.on(
            "console",
            lambda told: opened.complaints.append(told.text) if told.type == "error" else None,
        )
        page.on("pageerror", lambda error: opened.complaints.append(str(error)))
        page.on("dialog", lambda dialog: (opened.complaints.append("dialog"), dialog.dismiss()))
        page.on("request", lambda request: opened.requests.append(request.url))
        # Not resolved: a reader opens published/report, which is a link.
        page.goto(file.absolute().as_uri() + anchor)
        if file.name != "index.html":
            opened.settle()
        return opened
