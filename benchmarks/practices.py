"""A generated practice of a size, as its files arrive: until a day, and then one day more.

Belongs here: making it, and which file is of which day. Does not belong here: running anything on
it (nights).
"""

import json
import os
import re
import shutil
import sys
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from benchmarks.process import Run, run
from orchestration.settings import PROJECT_ROOT

END = date(2026, 6, 30)
_DAY = re.compile(r"_([0-9]{8})")


@dataclass(frozen=True)
class Practice:
    """A folder with `whole`, all its files, and `landing`, those that have arrived."""

    folder: Path
    visits: int

    @property
    def whole(self) -> Path:
        return self.folder / "whole"

    @property
    def landing(self) -> Path:
        return self.folder / "landing"

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def published(self) -> Path:
        return self.home / "published" / "billing_marts.duckdb"

    def make(self) -> Run | None:
        """Generate all files; None where an earlier run did."""
        if (self.whole / "sample.json").exists():
            return None
        self.folder.mkdir(parents=True, exist_ok=True)
        daily_from = END - timedelta(days=1)
        command = [sys.executable, "-m", "sample_practice", "--landing", str(self.whole)]
        command += ["--visits", str(self.visits), "--end", str(END)]
        return run([*command, "--daily-from", str(daily_from)], PROJECT_ROOT)

    def arrive(self, until: date) -> int:
        """Let the files dated until a day arrive; returns how many are new.

        They are links to the same bytes, which a night never changes.
        """
        new = 0
        for path in sorted(self.whole.rglob("*")):
            match = _DAY.search(path.name)
            if match is None or match[1] > f"{until:%Y%m%d}":
                continue
            target = self.landing / path.relative_to(self.whole)
            if not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                os.link(path, target)
                new += 1
        return new

    def forget(self) -> None:
        """Take back what arrived, and what nights made of it."""
        for folder in (self.landing, self.home):
            shutil.rmtree(folder, ignore_errors=True)

    def facts(self) -> dict:
        """What the generator tells of it."""
        return json.loads((self.whole / "sample.json").read_text(encoding="utf-8"))


def byte_count(path: Path) -> int:
    """Bytes of a file, or of all files below a folder."""
    files = [path] if path.is_file() else [one for one in path.rglob("*") if one.is_file()]
    return sum(one.stat().st_size for one in files)
