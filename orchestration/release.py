"""`python -m orchestration.release`: release a file, row or transaction set from quarantine.

Belongs here: what a person reads and types. Does not belong here: the record of releases and what
can be released (ingest.releases), and loading it, which the next run does.

Without --who and --why it only shows what of the file is in quarantine, by number and reason, and
whether it can be released; never a value. Exits 0, 1 when it cannot be done, 2 on a wrong setting.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import duckdb

from orchestration.ingest import LoadError
from orchestration.ingest.contract import read_contract
from orchestration.ingest.releases import (
    FILE,
    ROW,
    TRANSACTION_SET,
    Release,
    add_release,
    obstacle,
    read_releases,
)
from orchestration.settings import Settings, SettingsError
from orchestration.tables import reading


class ReleaseError(Exception):
    """Nothing was released. The message is one sentence without values of the file."""


@dataclass(frozen=True)
class Held:
    """Something in quarantine; `obstacle` is why it cannot be released, or None."""

    level: str
    number: int | None
    kind: str
    sha256: str | None
    extract: str | None
    reason: str
    obstacle: str | None


def main(arguments: Sequence[str] | None = None) -> int:
    """Release what the arguments name, or show what could be; return the exit code."""
    options = _parser().parse_args(arguments)
    try:
        settings = Settings.from_environment()
        held = held_of(settings, options.file)
        if not options.who and not options.why:
            print("\n".join(map(_shown, held)))
            return 0
        release(settings, options, held)
    except (ReleaseError, LoadError) as problem:
        print(problem, file=sys.stderr)
        return 1
    except SettingsError as problem:
        print(problem, file=sys.stderr)
        return 2
    print(f"released: the next run loads it; recorded in {settings.releases}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="make release", description="Releases something from quarantine after a look."
    )
    parser.add_argument("--file", required=True, help="path as quality.quarantine_summary names it")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--row", type=int, help="line on which the row begins")
    which.add_argument("--set", type=int, help="ordinal of the transaction set in the file")
    parser.add_argument("--extract", help="what a CSV file is whose name does not say it")
    parser.add_argument("--date", type=date.fromisoformat, help="the day it describes, YYYY-MM-DD")
    parser.add_argument("--who", default="", help="who looked and decided")
    parser.add_argument("--why", default="", help="why it may count; no patient's data")
    return parser


def held_of(settings: Settings, file: str) -> list[Held]:
    """Return what of a file is in quarantine since the last run.

    Raises:
        ReleaseError: nothing is, or the warehouse cannot be asked.
    """
    if not settings.warehouse.exists():
        raise ReleaseError(f"There is no warehouse {settings.warehouse}: run make nightly first.")
    try:
        with reading(settings) as connection:
            held = _held(connection, file)
    except duckdb.Error as error:
        problem = type(error).__name__
        raise ReleaseError(
            f"{settings.warehouse} cannot be asked (DuckDB {problem}): wait until the run "
            "has ended, or run make nightly first."
        ) from None
    if not held:
        raise ReleaseError(
            "Nothing of this file is in quarantine: quality.quarantine_summary names files as they "
            "are written here."
        )
    return held


def _held(connection: duckdb.DuckDBPyConnection, file: str) -> list[Held]:
    found = connection.execute(
        "select kind, sha256, extract, status, reason from raw.files where file = ?", [file]
    ).fetchone()
    if found is None:
        return []
    kind, sha256, extract, status, reason = found
    if status == "quarantined":
        no = obstacle(FILE, kind, reason) if sha256 else "What cannot be read cannot be released."
        return [Held(FILE, None, kind, sha256, extract, reason, no)]
    if kind == "x12":
        rows = connection.execute(
            "select set_number, quarantine_reason from staging.stg_x12__transaction_sets "
            "where source_file = ? and set_status = 'quarantined' order by 1",
            [file],
        ).fetchall()
        level, required = TRANSACTION_SET, ()
    else:
        rows = connection.execute(
            "select row_number, reason from raw.quarantined_rows "
            "where extract = $2 and file_sha256 = $3 union all "
            "select source_row_number, rejection_reason "
            f'from staging."base_practice__{extract}" '
            "where source_file = $1 and row_status = 'quarantined' order by 1",
            [file, extract, sha256],
        ).fetchall()
        level, required = ROW, read_contract()[extract].required
    return [
        Held(level, number, kind, sha256, extract, why, obstacle(level, kind, why, required))
        for number, why in rows
    ]


def _shown(one: Held) -> str:
    where = one.level if one.number is None else f"{one.level} {one.number}"
    return f"{where}: {one.reason} " + (
        f"Cannot be released: {one.obstacle}" if one.obstacle else "Can be released."
    )


def release(settings: Settings, options: argparse.Namespace, held: Sequence[Held]) -> None:
    """Record the release of what the options name.

    Raises:
        ReleaseError: it is not in quarantine, cannot be released, or the options lack something.
    """
    for name, text in (("WHO", options.who), ("WHY", options.why)):
        if not text.strip() or not text.isprintable() or not text.strip()[0].isalnum():
            raise ReleaseError(
                f"{name} must be one line of text, and begin with a letter or digit."
            )
    number = options.set if options.row is None else options.row
    level = FILE if number is None else ROW if options.set is None else TRANSACTION_SET
    found = next((one for one in held if (one.level, one.number) == (level, number)), None)
    if found is None:
        raise ReleaseError(
            "This is not in quarantine. What is:\n" + "\n".join(_shown(one) for one in held[:20])
        )
    if found.obstacle is not None:
        raise ReleaseError(f"It cannot be released: {found.obstacle}")
    extract, day = found.extract, None
    if (found.level, found.kind) == (FILE, "csv"):
        extract, day = options.extract, options.date
        if extract not in read_contract() or day is None:
            raise ReleaseError(
                "The name says neither extract nor day: give EXTRACT, one of "
                f"{', '.join(sorted(read_contract()))}, and DATE (YYYY-MM-DD)."
            )
    known = {
        (one.sha256, one.level, one.number, one.extract) for one in read_releases(settings.releases)
    }
    if (found.sha256, level, number, extract) in known:
        raise ReleaseError("It is released already: the next run loads it.")
    now = datetime.now(tz=UTC).astimezone().replace(tzinfo=None, microsecond=0)
    add_release(
        settings.releases,
        Release(
            released_at=now,
            who=options.who.strip(),
            why=options.why.strip(),
            file=options.file,
            kind=found.kind,
            sha256=found.sha256 or "",
            level=level,
            number=number,
            extract=extract,
            extract_date=day,
            reason=found.reason,
        ),
    )


if __name__ == "__main__":
    raise SystemExit(main())
