"""`python -m orchestration.dev`: Dagster's UI on this practice's warehouse."""

import os
import sys
from pathlib import Path

from orchestration.instance import dagster_home
from orchestration.settings import PROJECT_ROOT, Settings, SettingsError
from orchestration.warehouse import UMASK


def main() -> int:
    """Become `dagster dev`; returns only where a setting cannot be used."""
    try:
        settings = Settings.from_environment()
        home = dagster_home(settings).resolve()
    except SettingsError as problem:
        print(problem, file=sys.stderr)
        return 2
    os.umask(UMASK)
    os.environ["DAGSTER_HOME"] = str(home)
    os.chdir(PROJECT_ROOT)
    dagster = str(Path(sys.executable).with_name("dagster"))
    os.execv(dagster, [dagster, "dev", "-m", "orchestration.definitions"])


if __name__ == "__main__":
    raise SystemExit(main())
