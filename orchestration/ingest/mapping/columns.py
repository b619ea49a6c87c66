"""Rows of one file read as rows of an extract: other names, values and dates.

Belongs here: what a mapping does to a value. Does not belong here: several files (tables). What
cannot be mapped goes to quarantine with its line and a reason that holds no value.
"""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TextIO

from orchestration.ingest.contract import Extract
from orchestration.ingest.csv_reader import Batch, CsvReader, RejectedRow
from orchestration.ingest.mapping.spec import Column, FileSpec, Mapping, moment

_BLANKS = " \t\r\n\xa0"


class _Unmapped(Exception):
    """Why a row cannot be mapped, one sentence."""


class MappedReader:
    """Reads a file as a CsvReader does an extract.

    Raises:
        UnreadableFileError: the file has no header, or one without a column that is needed.
    """

    has_extra_columns = True

    def __init__(self, stream: TextIO, mapping: Mapping, spec: FileSpec) -> None:
        sources = {one.source for one in spec.columns.values() if one.source is not None}
        required = [spec.columns[name].source for name in spec.extract.required]
        needed = tuple(dict.fromkeys(one for one in required if one is not None))
        self._csv = CsvReader(stream, Extract("file", tuple(sorted(sources)), needed))
        self._empty = mapping.empty
        positions = self._csv.contract_columns
        self._columns = [
            (name, column, positions.get(column.source) if column.source else None)
            for name, column in spec.columns.items()
            if column.source is None or column.source in positions
        ]
        names = {**{place: name for name, place in positions.items()}}
        names |= {place: name for name, place in self._csv.extra_names.items()}
        self._names = [names[place] for place in sorted(names)]
        self.left_out: Counter[str] = Counter()

    @property
    def contract_columns(self) -> dict[str, int]:
        """Columns of the contract with their positions in a row."""
        return {name: place for place, (name, _, _) in enumerate(self._columns)}

    def extra_columns(self, row: Sequence[str]) -> str:
        """The row as it was delivered, the text of a JSON object."""
        return row[-1]

    def batches(self) -> Iterator[Batch]:
        """Yield the rows, mapped; those that cannot be are among the rejected."""
        for batch in self._csv.batches():
            mapped = Batch(rejected=batch.rejected)
            for row, number in zip(batch.rows, batch.row_numbers, strict=True):
                try:
                    values = [
                        self._value(name, column, place, row)
                        for name, column, place in self._columns
                    ]
                except _Unmapped as problem:
                    mapped.rejected.append(RejectedRow(number, _text(row), str(problem)))
                    continue
                delivered = dict(zip(self._names, row, strict=True))
                mapped.rows.append([*values, json.dumps(delivered, ensure_ascii=False)])
                mapped.row_numbers.append(number)
            yield mapped

    def _value(self, name: str, column: Column, place: int | None, row: Sequence[str]) -> str:
        if place is None:
            return column.always or ""
        text = row[place].strip(_BLANKS)
        if text in self._empty:
            text = ""
        if column.values is not None:
            return _listed(name, column, text)
        for character in column.remove:
            text = text.replace(character, "")
        if not text:
            return ""
        if column.date is not None:
            return _moment(name, text, column.date).strftime("%Y-%m-%d")
        if column.timestamp is not None:
            return _moment(name, text, column.timestamp).strftime("%Y-%m-%d %H:%M:%S")
        return text


def _listed(name: str, column: Column, text: str) -> str:
    value = column.values.get(text.lower(), column.otherwise if text else "")
    if value is None:
        raise _Unmapped(f"The mapping lists no value of {name} for what the file holds.")
    return value


def _moment(name: str, text: str, form: str) -> datetime:
    try:
        found = moment(text, form)
    except ValueError:
        found = None
    # strftime writes years below 1000 with fewer digits on some systems.
    if found is None or found.year < 1000:
        raise _Unmapped(f"The mapping expects {name} in the form {form}.")
    return found


def _text(row: Sequence[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(row)
    return text.getvalue()
