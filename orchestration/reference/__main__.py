"""`python -m orchestration.reference`: public files into reference tables, told in plain words.

Exits 0 when every file was used, 1 when one could not be, and then nothing was written.
"""

import argparse
import sys
from datetime import date
from pathlib import Path

from orchestration.ingest import LoadError
from orchestration.reference import PublicFileError
from orchestration.reference.public_files import read_public_files
from orchestration.reference.tables import known_codes, write_tables
from orchestration.settings import Settings, SettingsError


def main(arguments: list[str] | None = None) -> int:
    """Read the files, write the tables, and return the exit code."""
    parser = argparse.ArgumentParser(prog="make reference", description=__doc__)
    parser.add_argument("--effective", type=date.fromisoformat, help="first day they count for")
    parser.add_argument("files", nargs="*", type=Path)
    given = parser.parse_args(arguments)
    if not given.files:
        print('Say which files: make reference FILES="a.zip b.csv".', file=sys.stderr)
        return 1
    try:
        folder = Settings.from_environment().reference
        files = read_public_files(given.files, known_codes(folder), given.effective)
        written = write_tables(folder, files)
    except (PublicFileError, LoadError, SettingsError) as problem:
        print(problem, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error.filename or 'A file'}: {error.strerror}.", file=sys.stderr)
        return 1
    for file in files:
        rows = len(next(iter(file.rows.values())))
        print(f"{file.name}: {file.label} from {file.effective} on, {rows} rows of known codes")
    for path, count in written:
        print(f"written: {path}, {count} rows")
    if not written:
        print("Nothing is new.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
