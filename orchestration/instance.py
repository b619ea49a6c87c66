"""Dagster's own home: run storage and its settings, under BILLING_HOME."""

import shutil
from pathlib import Path

from orchestration.settings import PROJECT_ROOT, Settings


def dagster_home(settings: Settings) -> Path:
    """Return the folder of Dagster's storage, made and with the project's dagster.yaml in it."""
    home = settings.home / "dagster"
    home.mkdir(parents=True, exist_ok=True)
    draft = home / ".dagster.yaml"
    shutil.copyfile(PROJECT_ROOT / "orchestration" / "dagster.yaml", draft)
    draft.replace(home / "dagster.yaml")
    return home
