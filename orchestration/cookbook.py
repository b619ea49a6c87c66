"""`python -m orchestration.cookbook`: the answers in docs/cookbook.md from the published file.

A recipe is a heading "### 1. …", its SQL block, and a Markdown table, the answer, right after it.
The page is in the repository, so that only answers of the generated sample practice are written.
"""

import re
import sys
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import duckdb

from orchestration.settings import PROJECT_ROOT, Settings, SettingsError

PAGE = PROJECT_ROOT / "docs" / "cookbook.md"
_RECIPE = re.compile(
    r"^### (?P<question>\d+\. .+)\n(?:(?!#|```).*\n)+"
    r"```sql\n(?P<query>(?:(?!```).*\n)+)```\n(?P<answer>\n(?:\|.*\n)+)?",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Recipe:
    """A question of the page, its SQL, and the lines of its answer ("" where there is none)."""

    question: str
    query: str
    answer: str


def recipes(page: str) -> list[Recipe]:
    """Return the recipes of the page in order."""
    found = _RECIPE.finditer(page)
    return [Recipe(r["question"], r["query"], (r["answer"] or "").strip()) for r in found]


def answer(reader: duckdb.DuckDBPyConnection, query: str) -> str:
    """Return the rows of a query as a Markdown table without a newline at its end.

    Raises:
        duckdb.Error: the query does not run.
    """
    result = reader.execute(query)
    names = [column[0] for column in result.description]
    lines = [names, ["---"] * len(names), *([_cell(v) for v in row] for row in result.fetchall())]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def refreshed(page: str, reader: duckdb.DuckDBPyConnection) -> str:
    """Return the page with the answer of every recipe as the database gives it."""

    def anew(recipe: re.Match) -> str:
        told = recipe[0].removesuffix(recipe["answer"] or "")
        return f"{told}\n{answer(reader, recipe['query'])}\n"

    return _RECIPE.sub(anew, page)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):  # a timestamp too: the queries show days
        return f"{value:%Y-%m-%d}"
    if isinstance(value, Decimal):
        return f"{value:,.2f}" if value.as_tuple().exponent == -2 else f"{value:,f}"
    if isinstance(value, int | float):
        return f"{value:,}"
    return str(value).replace("|", "\\|")


def main() -> int:
    """Write the answers and return the exit code."""
    try:
        settings = Settings.from_environment()
    except SettingsError as problem:
        print(problem, file=sys.stderr)
        return 2
    if not (settings.landing / "sample.json").is_file():
        print(
            f"The cookbook shows the sample practice only, and {settings.landing} is not one.",
            file=sys.stderr,
        )
        return 1
    if not settings.published.exists():
        print(settings.nothing_published, file=sys.stderr)
        return 1
    with duckdb.connect(str(settings.published), read_only=True) as reader:
        PAGE.write_text(refreshed(PAGE.read_text("utf-8"), reader), "utf-8")
    print(f"answers written: {PAGE}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
