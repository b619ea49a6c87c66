"""`python -m orchestration.ingest.templates [FOLDER]`: a template for each extract, with a row.

Belongs here: turning the contract's columns and examples into files. Does not belong here: the
columns and examples themselves, whose home is the contract's YAML.

The examples of all extracts are one invented visit, from the clinic to the payment, so that keys
lead somewhere. docs/templates is a landing folder of its own; a test sees that it is up to date.
"""

import csv
import io
import sys
from pathlib import Path

from orchestration.ingest.contract import Extract, read_contract
from orchestration.settings import PROJECT_ROOT

FOLDER = PROJECT_ROOT / "docs" / "templates"
DAY = "20260131"


def templates() -> dict[str, str]:
    """Return the text of every template by its path below a landing folder."""
    return {f"practice/{one.name}_{DAY}.csv": _template(one) for one in read_contract().values()}


def _template(extract: Extract) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(extract.columns)
    writer.writerow(extract.examples.get(column, "") for column in extract.columns)
    return text.getvalue()


def main(arguments: list[str]) -> int:
    """Write the templates below a landing folder and return the exit code.

    A file that is there is a practice's own and stays, but for those of the documentation.
    """
    folder = Path(arguments[0]).expanduser() if any(arguments) else FOLDER
    try:
        for name, text in templates().items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            if folder != FOLDER and file.exists():
                print(f"{file} is there already, and stays.")
                continue
            file.write_text(text, encoding="utf-8")
    except OSError as error:
        print(f"{error.filename} cannot be written: {error.strerror}.", file=sys.stderr)
        return 2
    print(f"templates: {folder / 'practice'}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
