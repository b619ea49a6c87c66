"""Reading one CSV file: header against the contract, records, and the rows that are none.

Belongs here: RFC 4180 and what to do where a file departs from it. Does not belong here: types
(staging), files and hashes (discovery), the database (store). Messages name columns of the contract
and line numbers, never text of the file: the header of a file without one is a patient.

Decisions where RFC 4180 leaves room:
- CR, LF and CRLF each end a line; within quotes they are data and stay as they are.
- A quote inside a field that does not begin with one is broken quoting, and so are blanks between
  a quote and its comma.
- A record of more than 16 million characters counts as one whose quote does not close, so that a
  stray quote in a huge file does not pull the rest of it into memory. A line of more than that, and
  a header of more than 100,000, are no CSV: the file goes to quarantine.
"""

import json
import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TextIO

from orchestration.ingest.contract import Extract
from orchestration.ingest.errors import UnreadableFileError

_LONGEST_RECORD = 1 << 24
# Names of extra columns are kept with every row: a header of a million would fill the disk.
_LONGEST_HEADER = 100_000
_CHARACTERS_AT_ONCE = 1 << 25

# Possessive, so that a field is matched whole or not at all.
_FIELD = re.compile(r'(?:"((?:[^"]++|"")*+)"|([^",]*+))(,|\Z)')


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that cannot be read as CSV: the line it begins on, its text, and why."""

    row_number: int
    text: str
    reason: str


@dataclass(slots=True)
class Batch:
    """Some rows of a file, all fields as text, and the rows rejected among them.

    `rows` hold the fields in the order of the header; `row_numbers` are the physical lines (the
    header is on line 1 or later) on which they begin.
    """

    rows: list[Sequence[str]] = field(default_factory=list)
    row_numbers: list[int] = field(default_factory=list)
    rejected: list[RejectedRow] = field(default_factory=list)


class CsvReader:
    """Reads the records of one file.

    Args:
        stream: decoded text, opened with newline="" so that line ends arrive as they are.
        extract: the contract that the header must meet.

    Raises:
        UnreadableFileError: the file has no header, or one that does not meet the contract; while
            reading, a line is too long.
    """

    def __init__(self, stream: TextIO, extract: Extract) -> None:
        self._stream = _lines(stream)
        self._pending: deque[str] = deque()  # lines read ahead for a record that turned out broken
        self._line_number = 0  # of the line read last
        self._contract_columns: dict[str, int] = {}
        self._extra_columns: dict[str, int] = {}
        self._width = 0
        self._read_header(extract)

    @property
    def contract_columns(self) -> dict[str, int]:
        """Columns of the contract that the file has, with their positions in a row."""
        return self._contract_columns

    @property
    def has_extra_columns(self) -> bool:
        """Whether the file has columns outside the contract."""
        return bool(self._extra_columns)

    @property
    def extra_names(self) -> dict[str, int]:
        """Names of the columns outside the contract, as the header has them, with positions."""
        return self._extra_columns

    def extra_columns(self, row: Sequence[str]) -> str:
        """Return the columns of a row outside the contract as the text of a JSON object."""
        extra = {name: row[position] for name, position in self._extra_columns.items()}
        return json.dumps(extra, ensure_ascii=False)

    def batches(self, row_count: int = 50_000) -> Iterator[Batch]:
        """Yield the rows after the header in batches of at most about `row_count` rows.

        Memory stays bounded: a batch of wide rows ends earlier.
        """
        batch = Batch()
        rows, row_numbers = batch.rows, batch.row_numbers
        width = self._width
        while True:
            characters = 0
            for line in self._stream:
                self._line_number += 1
                characters += len(line)
                if '"' in line:
                    self._read_quoted(line, batch)
                else:
                    line = line.rstrip("\r\n")
                    fields = line.split(",")
                    if len(fields) == width and line:
                        rows.append(fields)
                        row_numbers.append(self._line_number)
                    elif line:
                        batch.rejected.append(self._wrong_width(self._line_number, line, fields))
                if (
                    len(rows) + len(batch.rejected) >= row_count
                    or characters >= _CHARACTERS_AT_ONCE
                ):
                    break
            else:
                yield batch
                return
            yield batch
            batch = Batch()
            rows, row_numbers = batch.rows, batch.row_numbers

    def _read_quoted(self, line: str, batch: Batch) -> None:
        """Read a record that begins with a line with quotes, and what was read ahead for it."""
        while True:
            begins_on = self._line_number
            record, ahead = self._whole_record(line)
            fields, problem = split_record(record)
            if problem is not None:
                # The record breaks: only its first line is lost, the others are read anew.
                text = line.rstrip("\r\n")
                batch.rejected.append(RejectedRow(begins_on, text, problem))
                self._pending.extendleft(reversed(ahead))
                self._line_number = begins_on
            elif len(fields) == self._width and record:
                batch.rows.append(fields)
                batch.row_numbers.append(begins_on)
            elif record:
                batch.rejected.append(self._wrong_width(begins_on, record, fields))
            if not self._pending:
                return
            line = self._pending.popleft()
            self._line_number += 1

    def _whole_record(self, line: str) -> tuple[str, list[str]]:
        """Return the text of the record that begins with a line, and the lines it goes on over.

        A quote is open at the end of a line exactly when the quotes so far are odd in number: no
        need to parse before the line that makes them even.
        """
        ahead: list[str] = []
        is_open = line.count('"') % 2 == 1
        length = len(line)
        while is_open and length <= _LONGEST_RECORD:
            following = self._pending.popleft() if self._pending else next(self._stream, None)
            if following is None:
                break
            self._line_number += 1
            ahead.append(following)
            length += len(following)
            is_open ^= following.count('"') % 2 == 1
        last = ahead[-1] if ahead else line
        record = "".join((line, *ahead))
        return record[: len(record) - len(last) + len(last.rstrip("\r\n"))], ahead

    def _wrong_width(self, row_number: int, text: str, fields: Sequence[str]) -> RejectedRow:
        reason = f"The row has {len(fields)} fields and the header {self._width}."
        return RejectedRow(row_number, text, reason)

    def _read_header(self, extract: Extract) -> None:
        for line in self._stream:
            self._line_number += 1
            if line.rstrip("\r\n"):
                break
        else:
            raise UnreadableFileError("The file is empty.")
        record, _ = self._whole_record(line)
        if len(record) > _LONGEST_HEADER:
            raise UnreadableFileError("The header row has more than 100,000 characters.")
        header, problem = split_record(record)
        if problem is not None:
            raise UnreadableFileError("The quoting of the header row is broken.")
        # Systems write PATIENT_ID and Patient_ID: a column must not go missing over its case.
        names = [name.strip() for name in header]
        lower_names = [name.lower() for name in names]
        missing = [column for column in extract.required if column not in lower_names]
        if missing:
            columns = " and ".join(missing) if len(missing) < 3 else ", ".join(missing)
            what = f"column {columns} is" if len(missing) == 1 else f"columns {columns} are"
            raise UnreadableFileError(f"The required {what} missing in the header.")
        for column in extract.columns:
            if lower_names.count(column) > 1:
                raise UnreadableFileError(f"The column {column} is in the header twice.")
        self._width = len(names)
        for position, (name, lower_name) in enumerate(zip(names, lower_names, strict=True)):
            if lower_name in extract.columns:
                self._contract_columns[lower_name] = position
                continue
            # Spreadsheets leave columns without a name behind, joins two with the same.
            while not name or name in self._extra_columns:
                name = f"{name or 'column'}_{position + 1}"
            self._extra_columns[name] = position


def _lines(stream: TextIO) -> Iterator[str]:
    """Yield lines with their ends; a file without any would be one of its own size."""
    while line := stream.readline(_LONGEST_RECORD + 1):
        if len(line) > _LONGEST_RECORD:
            raise UnreadableFileError("A line has more than 16 million characters.")
        yield line


def split_record(record: str) -> tuple[list[str], str | None]:
    """Split the text of one record, without its line end, into its fields.

    Returns the fields and None, or the fields before the break and the reason of the break.
    """
    if '"' not in record:
        return record.split(","), None
    if record[0] == record[-1] == '"':
        # Every field quoted and no quote within: valid by construction, and five times as fast.
        fields = record[1:-1].split('","')
        if record.count('"') == 2 * len(fields):
            return fields, None
    fields = []
    position = 0
    while match := _FIELD.match(record, position):
        quoted, plain, end = match.groups()
        fields.append(plain if quoted is None else quoted.replace('""', '"'))
        if not end:
            return fields, None
        position = match.end()
    if record[position] != '"':
        return fields, "A quote stands inside a field that does not begin with one."
    if record.count('"') % 2 == 1:
        return fields, "A quote does not close."
    return fields, "A character follows a closing quote."
