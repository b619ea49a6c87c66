"""`python -m orchestration.superset`: the dashboard of bi/superset as a file that Superset imports.

Belongs here: packing it, with the address of this home's published file. Does not belong here:
what it shows, which stands in bi/superset as Superset exports it.
"""

import sys
import zipfile
from pathlib import Path

import yaml

from orchestration.settings import PROJECT_ROOT, Settings, SettingsError

BUNDLE = PROJECT_ROOT / "bi" / "superset"
_ARCHIVE = PROJECT_ROOT / "target" / "superset_dashboard.zip"
# The oldest that a zip file can tell: the same bundle gives the same file.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


def pack(archive: Path, published: Path) -> None:
    """Write the bundle as a zip file; its database is the published file."""
    archive.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as target:
        for file in sorted(BUNDLE.rglob("*.yaml")):
            name = file.relative_to(BUNDLE)
            text = file.read_text("utf-8")
            if name.parts[0] == "databases":
                database = yaml.safe_load(text) | {"sqlalchemy_uri": f"duckdb:///{published}"}
                text = yaml.safe_dump(database, sort_keys=False)
            # Superset looks for everything below one folder.
            target.writestr(zipfile.ZipInfo(f"billing/{name}", _NO_TIME), text)


def main() -> int:
    """Pack the dashboard for the settings' home and return the exit code."""
    try:
        settings = Settings.from_environment()
    except SettingsError as problem:
        print(problem, file=sys.stderr)
        return 2
    pack(_ARCHIVE, settings.published.resolve())
    print(f"import into Superset: {_ARCHIVE}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
