"""`python -m orchestration.backfill FROM TO [month|day]`: what past nights would publish today.

Belongs here: the days, and where their files go: published/nights/backfill/, which no night
cleans up. Does not belong here: the run, which is the nightly one on a home of its own.

A backfilled night speaks for its day with what is known today: a row that a newer file replaced
stands as the newer file has it. The warehouse and the current published file are not touched.

Exits as `orchestration.nightly` does; days before one that failed are kept.
"""

import sys
from dataclasses import replace
from datetime import date, timedelta

from orchestration.files import let_in, make_folder
from orchestration.lock import OtherRun, home_beside, only_run
from orchestration.nightly import run_job
from orchestration.settings import Settings, SettingsError

MOST_DAYS = 366


def main(arguments: list[str]) -> int:
    """Run the nights and return the exit code."""
    try:
        settings = Settings.from_environment()
        nights = days(arguments, settings.as_of)
        with only_run(settings):
            return _run(settings, nights)
    except (SettingsError, OtherRun) as problem:
        print(problem, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"{error.filename or 'A file'}: {error.strerror}.", file=sys.stderr)
        return 1


def days(arguments: list[str], as_of: date) -> list[date]:
    """Return the days to run, in order: the month ends of a range, or with `day` all of its days.

    Raises:
        SettingsError: the range cannot be read, holds no such day, or reaches beyond as_of.
    """
    first, last, step = [*arguments, "month"][:3] if len(arguments) in (2, 3) else ("", "", "")
    try:
        begin, end = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        raise SettingsError(
            "A backfill needs two days: make backfill FROM=2026-01-31 TO=2026-03-31 [STEP=day]."
        ) from None
    if step not in ("month", "day"):
        raise SettingsError(f"STEP must be month or day, and is {step!r}.")
    if end > as_of:
        raise SettingsError(f"A backfill ends by {as_of}, the day that the warehouse speaks for.")
    every = [begin + timedelta(days=number) for number in range((end - begin).days + 1)]
    found = [day for day in every if step == "day" or (day + timedelta(days=1)).day == 1]
    if not found:
        raise SettingsError(f"There is no {step} end from {first} to {last}.")
    if len(found) > MOST_DAYS:
        raise SettingsError(f"A backfill runs at most {MOST_DAYS} nights, not {len(found):,}.")
    return found


def _run(settings: Settings, nights: list[date]) -> int:
    settings.pseudonym_key()
    target = settings.published_dir / "nights" / "backfill"
    with home_beside(settings) as made:
        for number, day in enumerate(nights, start=1):
            print(f"night {number} of {len(nights)}: as of {day}", flush=True)
            night = replace(made, as_of=day)
            if run_job(night) is not None:
                return 1
            make_folder(settings.published_dir)
            make_folder(target.parent)
            make_folder(target)
            file = target / f"{settings.published.stem}_{day:%Y%m%d}{settings.published.suffix}"
            let_in(night.published, target)
            night.published.replace(file)
            print(f"published: {file}", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
