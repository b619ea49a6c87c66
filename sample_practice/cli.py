"""Command line: what to generate and where; only a whole practice ever stands there."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from multiprocessing import get_context
from pathlib import Path

from sample_practice.simulation import simulate
from sample_practice.world import Plan

MARKER = "sample.json"
# A region of this size holds in some hundred megabytes; a larger practice is several regions.
VISITS_OF_A_REGION = 40_000
VISITS_OF_A_CLINIC = 2_700


class RefusalError(Exception):
    """The practice cannot be written. The message is one sentence."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Generate a practice; returns the exit status (2: refused, nothing was changed)."""
    options = _parser().parse_args(arguments)
    try:
        visits = generate(
            options.landing,
            options.truth,
            options.seed,
            options.visits,
            options.start,
            options.end,
            options.daily_from,
        )
    except RefusalError as refusal:
        print(refusal, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"{error.filename} cannot be used: {error.strerror}.", file=sys.stderr)
        return 2
    print(f"{options.landing}: a practice with {visits} visits up to {options.end}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sample_practice",
        description="Writes the extracts and X12 files of an invented physical therapy practice.",
    )
    parser.add_argument("--landing", type=Path, required=True, help="folder to write")
    parser.add_argument("--truth", type=Path, help="folder for what really happened (for tests)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--visits", type=int, default=8000, help="about how many (default 8000)")
    parser.add_argument("--start", type=date.fromisoformat, default=date(2025, 7, 1))
    parser.add_argument("--end", type=date.fromisoformat, default=date(2026, 6, 30))
    parser.add_argument(
        "--daily-from",
        type=date.fromisoformat,
        help="from this day on an extract for every day, and not only for every month",
    )
    return parser


def generate(
    landing: Path,
    truth: Path | None,
    seed: int,
    visits: int,
    start: date,
    end: date,
    daily_from: date | None = None,
) -> int:
    """Write the practice into a folder beside `landing` and put it in its place at the end.

    An earlier practice of this generator is replaced. Returns the number of visits. The same things
    happen with and without `daily_from`: the extracts are cut otherwise.

    Raises:
        RefusalError: landing or truth holds other files, or the wishes cannot be met.
    """
    if visits < 1 or end < start:
        raise RefusalError("--visits must be at least 1, and --end not before --start.")
    landing = landing.absolute()
    truth = truth.absolute() if truth else None
    if truth and (truth == landing or landing in truth.parents or truth in landing.parents):
        raise RefusalError("--truth must not lie inside the landing folder, nor contain it.")
    for folder in filter(None, (landing, truth)):
        _refuse_foreign(folder)
    drafts = {folder: _draft(folder) for folder in (truth, landing) if folder}
    try:
        plan = Plan(
            *(0, seed, start.toordinal(), end.toordinal(), 0, visits),
            daily_from=daily_from.toordinal() if daily_from else None,
        )
        count = _simulate_regions(drafts[landing], drafts.get(truth), plan)
        facts = {"as_of": str(end), "start": str(start), "seed": seed, "visits": count}
        for folder, draft in drafts.items():
            text = json.dumps({**facts, "files": _fingerprint(draft)}, indent=2) + "\n"
            (draft / MARKER).write_text(text, encoding="utf-8")
            _put_in_place(draft, folder)
    finally:
        for draft in drafts.values():
            shutil.rmtree(draft, ignore_errors=True)
    return count


def _draft(folder: Path) -> Path:
    """An empty folder beside the target; what a killed run left there goes first."""
    draft = folder.with_name(f".{folder.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    return draft


def _put_in_place(draft: Path, folder: Path) -> None:
    old = folder.with_name(f".{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    draft.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _fingerprint(folder: Path) -> str:
    """A hash over the names and sizes of all files but the marker."""
    found = sorted(
        f"{path.relative_to(folder).as_posix()} {path.stat().st_size}"
        for path in folder.rglob("*")
        if path.is_file() and path != folder / MARKER
    )
    return hashlib.sha256("\n".join(found).encode()).hexdigest()


def _refuse_foreign(folder: Path) -> None:
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    try:
        marker = json.loads((folder / MARKER).read_text(encoding="utf-8"))
        is_own = marker["files"] == _fingerprint(folder)
    except (OSError, ValueError, KeyError, TypeError):
        is_own = False
    if not is_own:
        raise RefusalError(
            f"{folder} holds files that this generator did not write: name an empty folder."
        )


def _simulate_regions(landing: Path, truth: Path | None, whole: Plan) -> int:
    """Play the regions of a practice; `whole` is its plan before it is divided."""
    visits = whole.visits
    regions = -(-visits // VISITS_OF_A_REGION)
    plans = []
    for cell in range(regions):
        share = visits * (cell + 1) // regions - visits * cell // regions
        years = (whole.end - whole.start + 1) / 365
        clinics = max(3, round(share / years / VISITS_OF_A_CLINIC / 3) * 3)
        plan = replace(whole, cell=cell, clinics=clinics, visits=share, is_whole=regions == 1)
        plans.append((plan, landing, truth))
    if regions == 1:
        return simulate(*plans[0])
    workers = min(regions, os.cpu_count() or 1)
    # A process for each region: its memory goes back when the region is done.
    with get_context("spawn").Pool(workers, maxtasksperchild=1) as pool:
        counts = []
        for count in pool.imap(_simulate_one, plans):
            counts.append(count)
            print(f"region {len(counts)} of {regions}: {count} visits", file=sys.stderr)
        # To leave the pool ends its processes by a signal, which whoever started this may ignore.
        pool.close()
        pool.join()
    return sum(counts)


def _simulate_one(arguments: tuple) -> int:
    return simulate(*arguments)
