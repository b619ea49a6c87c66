"""`python -m orchestration.docs`: the data dictionary and lineage as one static page.

The page holds names, descriptions and SQL, never a row. It describes the warehouse of the last run.
The report leads to it, so until it is made a page that says how to make it lies in its place.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from orchestration.dbt_project import dbt_command, environment, target_path
from orchestration.files import let_in, make_folder
from orchestration.settings import PROJECT_ROOT, Settings, SettingsError


def main() -> int:
    """Write docs/index.html beside the published file and return the exit code."""
    try:
        settings = Settings.from_environment()
    except SettingsError as problem:
        print(problem, file=sys.stderr)
        return 2
    if not settings.warehouse.exists():
        print(f"There is no warehouse in {settings.home} yet: run make nightly.", file=sys.stderr)
        return 1
    command = [dbt_command(), "--quiet", "docs", "generate", "--static"]
    done = subprocess.run(
        command, cwd=PROJECT_ROOT, env={**os.environ, **environment(settings)}, check=False
    )
    if done.returncode != 0:
        return done.returncode
    made = target_path(settings) / "static_index.html"
    _put(_page(settings), lambda draft: shutil.copyfile(made, draft))
    print(f"data dictionary: {_page(settings)}")
    return 0


def hold_place(settings: Settings) -> None:
    """Say how the data dictionary is made, where there is none yet.

    Raises:
        OSError: it cannot be written.
    """
    if not _page(settings).exists():
        _put(_page(settings), lambda draft: draft.write_text(_NOT_YET, encoding="utf-8"))


_NOT_YET = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Data dictionary</title>
<p>The data dictionary is not made yet: run <code>make docs</code> and open this page again.</p>
</html>
"""


def _page(settings: Settings) -> Path:
    return settings.published_dir / "docs" / "index.html"


def _put(page: Path, write: Callable[[Path], object]) -> None:
    make_folder(page.parent.parent)
    make_folder(page.parent)
    draft = page.with_name(".index.html")
    write(draft)
    let_in(draft, page.parent)
    draft.replace(page)


if __name__ == "__main__":
    raise SystemExit(main())
