"""What a load tells: counts, and a line for a file. Never a value of a file.

Belongs here: counting and wording. Does not belong here: when something is told (load).
"""

from dataclasses import dataclass

from orchestration.ingest.discovery import CSV
from orchestration.ingest.store import FileRecord

LOADED, QUARANTINED = "loaded", "quarantined"


@dataclass(frozen=True)
class KindSummary:
    """Counts of one load for one kind of file.

    `files` are all in the landing folder; of these `new_files` were loaded now,
    `quarantined_files` are unusable, and the rest was known. `new_rows` are the records (CSV) or
    transaction sets (X12) of the new files, unreadable ones included: `new_quarantined_rows`.
    """

    files: int = 0
    new_files: int = 0
    quarantined_files: int = 0
    new_rows: int = 0
    new_quarantined_rows: int = 0


@dataclass(frozen=True)
class LoadSummary:
    """Counts of one load; it never holds rows or values."""

    csv: KindSummary
    x12: KindSummary
    seconds: float


@dataclass(frozen=True)
class Outcome:
    """What became of a file: its row of raw.files, and what it brought to raw now.

    `is_recorded`: its row of raw.files is as it was. `is_replaced`: until now its path held
    another content, which counted. `seconds`: what reading it took.
    """

    record: FileRecord
    is_new: bool = False
    rejected_rows: int = 0
    is_replaced: bool = False
    is_recorded: bool = False
    seconds: float = 0.0


def added(counts: KindSummary, outcome: Outcome) -> KindSummary:
    """Return the counts with one more file."""
    record = outcome.record
    return KindSummary(
        files=counts.files + 1,
        new_files=counts.new_files + outcome.is_new,
        quarantined_files=counts.quarantined_files + (record.status == QUARANTINED),
        new_rows=counts.new_rows + (record.rows_read if outcome.is_new else 0),
        new_quarantined_rows=counts.new_quarantined_rows + outcome.rejected_rows,
    )


def described(outcome: Outcome) -> str:
    """Return what became of a file, for its line of the report."""
    record = outcome.record
    replaced = ", in place of its earlier content" if outcome.is_replaced else ""
    if record.status == QUARANTINED:
        return f"quarantined{replaced}: {record.reason}"
    unit = "rows" if record.kind == CSV else "transaction sets"
    rejected = f" ({outcome.rejected_rows:,} quarantined)" if outcome.rejected_rows else ""
    known = "" if outcome.is_new else " (known)"
    return f"{record.rows_read:,} {unit}{known}{rejected}{replaced}"


def total(summary: LoadSummary) -> str:
    """Return the last line of the report."""
    csv, x12 = summary.csv, summary.x12
    quarantined = csv.quarantined_files + x12.quarantined_files
    return (
        f"loaded {csv.new_files:,} of {csv.files:,} CSV files ({csv.new_rows:,} rows) and "
        f"{x12.new_files:,} of {x12.files:,} X12 files ({x12.new_rows:,} transaction sets); "
        f"{quarantined:,} files in quarantine, the others known; {summary.seconds:.1f} s"
    )
