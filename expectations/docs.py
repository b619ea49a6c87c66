"""The table of rules in docs/data_quality.md, written from the rules: python -m expectations.docs

Belongs here: the table, and putting it between the two marks of that page. Does not belong here:
the rest of the page, which is written by hand.
"""

from pathlib import Path

from expectations.rule import Rule
from expectations.runner import SUITES, rules

PAGE = Path(__file__).resolve().parent.parent / "docs" / "data_quality.md"

BEGIN = "<!-- rules: written by python -m expectations.docs -->"
END = "<!-- end of the rules -->"


def page(text: str) -> str:
    """Return the page's text with the rules of today between its marks.

    Raises:
        ValueError: the text does not hold each mark once.
    """
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end or BEGIN in after or END in after:
        raise ValueError(f"The page must hold {BEGIN!r} and then {END!r}, each once.")
    return f"{before}{BEGIN}\n{_tables()}\n{END}{after}"


def _tables() -> str:
    return "\n".join(_table(suite, rules(suite)) for suite in SUITES)


def _table(suite: str, found: list[Rule]) -> str:
    lines = [
        "",
        f"### {suite}",
        "",
        "| table | rule | severity | owner | when it is not met |",
        "|---|---|---|---|---|",
    ]
    for rule in found:
        severity = f"**{rule.severity}**" if rule.severity == "critical" else rule.severity
        owner = rule.owner.replace("_", " ")
        cells = (f"`{rule.table}`", f"`{rule.name}`", severity, owner, rule.description)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
