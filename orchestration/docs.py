"""`python -m orchestration.docs`: the data dictionary and lineage as one static page.

The page holds names, descriptions and SQL, never a row. It describes the warehouse of the last run.
"""

import os
import shutil
import subprocess
import sys

from orchestration.dbt_project import dbt_command, environment, target_path
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
    page = settings.published_dir / "docs" / "index.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    draft = page.with_name(".index.html")
    shutil.copyfile(target_path(settings) / "static_index.html", draft)
    draft.replace(page)
    print(f"data dictionary: {page}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
