"""`python -m orchestration.ingest.describe`: the columns of every extract into docs/extracts.md.

The contract's YAML is their home; the page holds a copy for people between two marks. A test sees
that the copy is up to date.
"""

import yaml

from orchestration.ingest.contract import CONTRACT_FOLDER
from orchestration.settings import PROJECT_ROOT

PAGE = PROJECT_ROOT / "docs" / "extracts.md"
_BEGIN, _END = "<!-- columns of the extracts: made by describe -->\n", "<!-- end -->\n"


def described(page: str) -> str:
    """Return the page with the tables of all extracts between its marks."""
    before, rest = page.split(_BEGIN)
    _, after = rest.split(_END)
    files = sorted(CONTRACT_FOLDER.glob("_*.yml"))
    documents = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in files]
    tables = [table for one in documents for source in one["sources"] for table in source["tables"]]
    return before + _BEGIN + "".join(map(_table, tables)) + _END + after


def _table(table: dict) -> str:
    rows = "".join(map(_row, table["columns"]))
    heading = "| column | form | meaning |\n|---|---|---|\n"
    return f"\n### `{table['name']}`\n{table['description'].strip()}\n\n{heading}{rows}\n"


def _row(column: dict) -> str:
    meta = column.get("config", {}).get("meta", {})
    marks = [mark for mark, key in (("*", "required"), ("⚿", "key"), ("†", "phi")) if meta.get(key)]
    form = ", ".join(meta.get("accepted_values", [column["data_type"]]))
    meaning = " ".join(column["description"].split())
    return f"| {column['name']}{''.join(marks)} | {form} | {meaning} |\n"


def main() -> int:
    """Write the page anew and return the exit code."""
    PAGE.write_text(described(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
