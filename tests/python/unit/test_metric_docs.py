"""The page on the metrics is what the models' YAML says, and says it of every metric."""

import re

import pytest

from orchestration.metric_docs import PAGE, described, metric_models

METRICS = metric_models()


@pytest.fixture(scope="module")
def page() -> str:
    return PAGE.read_text(encoding="utf-8")


def test_the_page_on_the_metrics_is_up_to_date(page: str) -> None:
    assert page == described(page), "run python -m orchestration.metric_docs"


def test_no_reference_of_dbt_is_left_on_the_page(page: str) -> None:
    assert "{{" not in page
    assert "{%" not in page


@pytest.mark.parametrize("metric_id", METRICS)
def test_a_section_says_what_the_number_is_and_what_it_does_not_see(
    metric_id: str, page: str
) -> None:
    section = page.split(f"\n## {metric_id}\n")[1].split("\n## ")[0]
    assert METRICS[metric_id]["config"]["meta"]["metric"]["caveats"]
    for heading in ("| numerator |", "| denominator |", "| date basis |", "| grain |", "Caveats:"):
        assert heading in section
    assert re.search(r"^- `\w+` in \[_\w+\.yml\]", section, flags=re.MULTILINE), "no worked rows"


def test_every_link_leads_somewhere(page: str) -> None:
    headings = re.findall(r"^##+ (.+)$", page, flags=re.MULTILINE)
    anchors = {heading.lower().replace(" ", "-") for heading in headings}
    links = set(re.findall(r"\]\(([^)]+)\)", page))
    broken = [
        link
        for link in links
        if not (link[1:] in anchors if link[0] == "#" else (PAGE.parent / link).exists())
    ]
    assert links
    assert sorted(broken) == []


def test_a_clean_claim_has_five_other_definitions() -> None:
    variants = METRICS["clean_claim_rate"]["config"]["meta"]["metric"]["variants"]
    assert len({one["name"] for one in variants}) == 5
