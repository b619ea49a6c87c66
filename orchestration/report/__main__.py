"""`python -m orchestration.report FOLDER`: the report of the current published file, for trial."""

import sys
from pathlib import Path

from orchestration.report import write_report
from orchestration.settings import Settings, SettingsError


def main(arguments: list[str]) -> int:
    """Write the folder and return the exit code."""
    if len(arguments) != 1:
        print(
            "Expected the folder to write: python -m orchestration.report FOLDER", file=sys.stderr
        )
        return 2
    folder = Path(arguments[0])
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        print(f"Expected a folder that is empty or not there yet: {folder}.", file=sys.stderr)
        return 2
    try:
        settings = Settings.from_environment()
    except SettingsError as problem:
        print(problem, file=sys.stderr)
        return 2
    if not settings.published.exists():
        print(settings.nothing_published, file=sys.stderr)
        return 1
    try:
        write_report(settings.published, folder)
    except OSError as error:
        print(f"{error.filename or folder}: {error.strerror}.", file=sys.stderr)
        return 1
    print(f"report: {folder / 'index.html'}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
