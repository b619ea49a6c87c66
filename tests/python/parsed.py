"""The parse of the project by dbt, made once for all tests that run dbt on a home of their own.

A parse takes twelve seconds, and depends on the project alone. What of it is older than the
project is made anew, here by ensure_manifest and in the home by dbt and the night themselves.
"""

import fcntl
import shutil
from pathlib import Path

from landing_builder import make_settings

from orchestration.dbt_project import PARSED_CODE, ensure_manifest, target_path
from orchestration.settings import PROJECT_ROOT

_SHARED = PROJECT_ROOT / "target" / "tests"


def share_parse(home: Path) -> None:
    """Give a home the parse, where it has none yet."""
    target = target_path(make_settings(home, home))
    if (target / "manifest.json").exists():
        return
    shared = make_settings(_SHARED, _SHARED)
    _SHARED.mkdir(parents=True, exist_ok=True)
    with (_SHARED / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ensure_manifest(shared)
    target.mkdir(parents=True, exist_ok=True)
    for name in ("partial_parse.msgpack", "manifest.json", "semantic_manifest.json", PARSED_CODE):
        # With its time, by which a night knows whether it is newer than the project.
        shutil.copy2(target_path(shared) / name, target / name)
