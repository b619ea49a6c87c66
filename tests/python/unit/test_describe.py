"""The page on the extracts is what the contract says."""

from orchestration.ingest.contract import read_contract
from orchestration.ingest.describe import PAGE, described


def test_the_page_on_the_extracts_is_up_to_date() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == described(page), "run python -m orchestration.ingest.describe"


def test_the_page_lists_every_column_and_marks_the_required_ones() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for extract in read_contract().values():
        section = page.split(f"### `{extract.name}`\n")[1].split("\n##")[0]
        shown = [line.split("|")[1].strip() for line in section.splitlines() if line[:1] == "|"][2:]
        assert [name.strip("*⚿†") for name in shown] == list(extract.columns)
        assert [name.strip("*⚿†") for name in shown if "*" in name] == list(extract.required)
