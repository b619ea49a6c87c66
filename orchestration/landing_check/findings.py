"""What is missing, wrong or unknown in each file of a landing folder, as the night would find it.

Belongs here: asking the loader's tables, the staging models and the headers. Does not belong here:
a rule of its own, and wording beyond the names of columns. A finding holds lines, counts and names
of the contract, never a value; of a header it names a column only where it is plainly a header.
"""

import difflib
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from orchestration.ingest.contract import Extract
from orchestration.ingest.csv_reader import split_record
from orchestration.ingest.discovery import CSV, LandingFile, open_content
from orchestration.ingest.errors import BROKEN_GZIP
from orchestration.ingest.load import Inputs
from orchestration.landing_check.memory import Memory

_MOST_LINES = 5
_LONGEST_HEADER = 100_000
# What a column may be called where its name is told.
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_ ./#-]{0,39}")


@dataclass(frozen=True)
class FileFindings:
    """A file: what it is, how many rows of it count, and what is to be said of it.

    `wrong` has to be repaired, `notes` need not.
    """

    file: str
    what: str
    wrong: tuple[str, ...]
    notes: tuple[str, ...]


def judged_nodes(memory: Memory) -> set[str]:
    """The models that judge files and rows, with what they read."""
    project = memory.project
    names = ("stg_load__row_counts", "stg_load__quarantine")
    return project.above(project.model(name) for name in names)


def file_findings(memory: Memory, inputs: Inputs) -> list[FileFindings]:
    """Say of every file what the staging models, run before, found in it."""
    wrong: dict[str, list[str]] = {}
    for file, text in (*_quarantined_rows(memory, inputs), *_quarantined_sets(memory)):
        wrong.setdefault(file, []).append(text)
    by_name = {one.file: one for one in inputs.files}
    found = []
    rows = memory.rows(
        "select f.file, f.kind, f.extract, f.status, f.reason, f.rows_read, c.rows_quarantined "
        "from staging.stg_load__files as f left join staging.stg_load__row_counts as c "
        "on f.file = c.file order by encode(f.file)"
    )
    for file, kind, extract, status, reason, rows_read, quarantined in rows:
        problems, notes = wrong.get(file, []), []
        contract = inputs.contract.get(extract)
        if status == "quarantined":
            problems = [f"the whole file cannot be used: {reason}"]
            if by_name[file].source is None and contract and "missing in the header" in reason:
                problems += _hints(_header(by_name[file]), contract)
        elif reason is not None:
            notes.append(reason)
        elif kind == CSV and by_name[file].source is not None:
            notes += _left_out(memory, file)
        elif kind == CSV:
            notes += _header_notes(_header(by_name[file]), contract)
        unit = "rows" if kind == CSV else "transaction sets"
        what = f"{rows_read:,} {unit}"
        if quarantined:
            what += f", {quarantined:,} of them unusable"
        found.append(FileFindings(file, what, tuple(problems), tuple(notes)))
    return found


def _left_out(memory: Memory, file: str) -> list[str]:
    rows = memory.rows(
        "select m.reason, m.row_count from raw.mapped_rows as m inner join raw.files as f "
        "on m.sha256 = f.sha256 and m.extract = f.extract "
        "where f.file = ? and m.outcome = 'left out' order by m.reason",
        [file],
    )
    return [f"left out by the mapping: {count:,} lines: {reason}" for reason, count in rows]


def _quarantined_rows(memory: Memory, inputs: Inputs) -> Iterator[tuple[str, str]]:
    parts = [
        f"select source_file, source_row_number, rejection_reason "
        f"from staging.base_practice__{extract} where row_status = 'quarantined'"
        for extract in inputs.contract
    ]
    parts.append(
        "select f.file, q.row_number, q.reason from raw.quarantined_rows as q "
        "inner join staging.stg_load__files as f "
        "on q.file_sha256 = f.sha256 and q.extract = f.extract where f.status = 'loaded'"
    )
    rows = memory.rows(
        "select source_file, rejection_reason, count(*), "
        f"list(source_row_number order by source_row_number)[:{_MOST_LINES}] as lines "
        f"from ({' union all '.join(parts)}) group by all order by 1, lines, 2"
    )
    for file, reason, count, lines in rows:
        yield file, f"{_numbered('line', lines, count)}: {reason}"


def _quarantined_sets(memory: Memory) -> Iterator[tuple[str, str]]:
    rows = memory.rows(
        "select source_file, quarantine_reason, count(*), "
        f"list(set_number order by set_number)[:{_MOST_LINES}] as sets "
        "from staging.stg_x12__transaction_sets where set_status = 'quarantined' "
        "group by all order by 1, sets, 2"
    )
    for file, reason, count, sets in rows:
        yield file, f"{_numbered('transaction set', sets, count)}: {reason}"


def _numbered(unit: str, numbers: list[int], count: int) -> str:
    listed = ", ".join(map(str, numbers))
    more = f" and {count - len(numbers):,} more" if count > len(numbers) else ""
    return f"{unit}{'s' if count > 1 else ''} {listed}{more}"


def _header(file: LandingFile) -> list[str]:
    """The names in the header of a file; none where it has no readable one."""
    try:
        with open_content(file.path) as stream:
            line = io.TextIOWrapper(stream, "utf-8-sig", "replace").readline(_LONGEST_HEADER)
    except (*BROKEN_GZIP, OSError):
        return []
    return [name.strip() for name in split_record(line.rstrip("\r\n"))[0]]


def _header_notes(header: list[str], contract: Extract) -> list[str]:
    names = [name.lower() for name in header]
    absent = [name for name in contract.columns if name not in names]
    unknown = [name for name in header if name.lower() not in contract.columns]
    notes = []
    if unknown:
        told = ", ".join(_told(name, header) for name in unknown)
        notes.append(f"unknown, kept and not used: {told}")
    if absent:
        notes.append(f"not there, read as empty: {', '.join(absent)}")
    return notes + _resembling(absent, unknown, header)


def _hints(header: list[str], contract: Extract) -> list[str]:
    """What may be meant, where required columns are missing."""
    names = [name.lower() for name in header]
    if not any(name in contract.columns for name in names):
        return [
            f"none of its {len(header)} columns is of the contract: is the first line a header, "
            "and is it in your system's own words?"
        ]
    unknown = [name for name in header if name.lower() not in contract.columns]
    absent = [name for name in contract.required if name not in names]
    return _resembling(absent, unknown, header)


def _resembling(absent: list[str], unknown: list[str], header: list[str]) -> list[str]:
    plain: Mapping[str, str] = {_plain(name): name for name in unknown if name}
    found = []
    for name in absent:
        close = difflib.get_close_matches(_plain(name), plain, n=1, cutoff=0.8)
        if close:
            found.append(f"perhaps {_told(plain[close[0]], header)} is meant to be {name}")
    return found


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _told(name: str, header: list[str]) -> str:
    place = f"column {header.index(name) + 1}"
    return f"{place} ({name})" if _NAME.fullmatch(name) else place
