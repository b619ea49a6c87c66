"""The layouts of the public files: how each is told from its content, and what its rows say.

Three are known: the NCCI procedure-to-procedure edits for practitioners (tab-delimited), the table
of medically unlikely edits for practitioners (CSV), the national relative value file of the
physician fee schedule (CSV). All begin with a few lines of title and notices, then comes a header,
which may take several lines.
"""

import csv
import io
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from orchestration.ingest.reference_tables import reference_tables, what_is_wrong
from orchestration.reference import PublicFileError

# Rows of the override tables by table, each by column.
Rows = dict[str, list[dict[str, str]]]
Record = tuple[int, list[str]]

_HEADING_LINES = 40
_CODE = re.compile(r"[0-9A-Z]{5}")
_RELATIVE_VALUE_COLUMNS = {
    "medicare_status": r"STATUS CODE$",
    "rvu_work": r"WORK RVU$",
    "rvu_practice_expense": r"\bNON-FAC(ILITY)? PE RVU$",
    "rvu_malpractice": r"\bMP RVU$",
    "is_multiple_procedure_reduced": r"\bMULT PROC$",
    "conversion_factor": r"\bCONV FACTOR$",
}
# The indicator of the reduction that is made for therapy services.
_THERAPY_REDUCTION = "5"


@dataclass(frozen=True)
class Table:
    """The text of a public file as records with their line, and what stands above the data."""

    name: str
    records: tuple[Record, ...]

    @property
    def heading(self) -> list[Record]:
        return list(self.records[:_HEADING_LINES])


@dataclass(frozen=True)
class Layout:
    """A kind of public file: its name for people, how it is told, and how it is read."""

    label: str
    find_header: Callable[[Table], int | None]
    read: Callable[[Table, int, Collection[str], date], Rows]


def parse(name: str, content: bytes) -> Table:
    """Split a text into records, by tabs where it has any, else by commas."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    has_tabs = any(line.count("\t") >= 5 for line in text[:20_000].split("\n"))
    reader = csv.reader(
        io.StringIO(text),
        delimiter="\t" if has_tabs else ",",
        quoting=csv.QUOTE_NONE if has_tabs else csv.QUOTE_MINIMAL,
    )
    records, line = [], 1
    try:
        for cells in reader:
            records.append((line, [" ".join(cell.replace('"', " ").split()) for cell in cells]))
            line = reader.line_num + 1
    except csv.Error:
        raise PublicFileError(f"{name}, line {line}: it is no table of text.") from None
    return Table(name, tuple(records))


def _header(is_header: Callable[[list[str]], bool]) -> Callable[[Table], int | None]:
    def find(table: Table) -> int | None:
        upper = ([cell.upper() for cell in cells] for _, cells in table.heading)
        return next((place for place, cells in enumerate(upper) if is_header(cells)), None)

    return find


def _edits(table: Table, header: int, codes: Collection[str], effective: date) -> Rows:
    """The edits of which both codes are known."""
    heading = " ".join(cell for _, cells in table.heading for cell in cells)
    if re.search(r"hospital|ccioph", f"{table.name} {heading}", re.IGNORECASE):
        raise _other_setting(table)
    quarter = f"{effective.year}Q{(effective.month + 2) // 3}"
    rows = []
    for line, cells in table.records[header + 1 :]:
        # What is no pair of codes continues the header, or is a blank line.
        if len(cells) < 6 or not (_CODE.fullmatch(cells[0]) and _CODE.fullmatch(cells[1])):
            continue
        if cells[0] not in codes or cells[1] not in codes:
            continue
        row = {
            "column_1_code": cells[0],
            "column_2_code": cells[1],
            "modifier_indicator": cells[5],
            "effective_from": _iso(cells[3]),
            "deleted_on": "" if cells[4] == "*" else _iso(cells[4]),
            "reference_quarter": quarter,
        }
        if row["modifier_indicator"] not in ("0", "1", "9"):
            raise PublicFileError(
                f"{table.name}, line {line}, column modifier_indicator: 0, 1 or 9 is expected."
            )
        rows.append(_checked(table, line, "ncci_edits", row))
    return {"ncci_edits": rows}


def _daily_maximums(table: Table, header: int, codes: Collection[str], effective: date) -> Rows:
    names = [cell.upper() for cell in table.records[header][1]]
    value = next(place for place, name in enumerate(names) if "MUE VALUE" in name)
    if "PRACTITIONER" not in names[value]:
        raise _other_setting(table)
    rows = []
    for line, cells in table.records[header + 1 :]:
        if cells and cells[0] in codes:
            row = {
                "cpt_code": cells[0],
                "effective_from": str(effective),
                "max_units_per_day": cells[value] if value < len(cells) else "",
            }
            rows.append(_checked(table, line, "daily_maximums", row))
    return {"daily_maximums": rows}


def _relative_values(table: Table, header: int, codes: Collection[str], effective: date) -> Rows:
    """The values of the codes without modifier, and the one conversion factor of the file."""
    places = dict(_relative_value_places(table, header))
    rows, factors = [], set()
    for line, cells in table.records[header + 1 :]:
        if not cells or cells[0] not in codes or cells[1]:
            continue
        values = {
            name: cells[place] if place < len(cells) else "" for name, place in places.items()
        }
        factors.add(values.pop("conversion_factor"))
        is_reduced = values["is_multiple_procedure_reduced"] == _THERAPY_REDUCTION
        row = {
            "cpt_code": cells[0],
            "effective_from": str(effective),
            **values,
            "is_multiple_procedure_reduced": str(is_reduced).lower(),
        }
        rows.append(_checked(table, line, "relative_values", row))
    if len(factors) > 1:
        raise PublicFileError(
            f"{table.name} has several conversion factors for the codes of therapy: give a "
            "national relative value file as it was published."
        )
    periods = [
        {
            "effective_from": str(effective),
            "effective_to": f"{effective.year}-12-31",
            "conversion_factor": factor,
        }
        for factor in factors
    ]
    for row in periods:
        _checked(table, table.records[header][0], "conversion_factors", row)
    return {"relative_values": rows, "conversion_factors": periods}


def _relative_value_places(table: Table, header: int) -> Iterator[tuple[str, int]]:
    """Where the columns are: a name is spread over the lines above one another."""
    above = [cells for _, cells in table.records[max(0, header - 5) : header + 1]]
    width = len(above[-1])
    names = [
        " ".join(cells[place].upper() for cells in above if place < len(cells) and cells[place])
        for place in range(width)
    ]
    for column, pattern in _RELATIVE_VALUE_COLUMNS.items():
        place = next((i for i, name in enumerate(names) if re.search(pattern, name)), None)
        if place is None:
            raise PublicFileError(f"{table.name} has no column for {column}.")
        yield column, place


def _other_setting(table: Table) -> PublicFileError:
    return PublicFileError(
        f"{table.name} is for another setting: the file for practitioner services is used."
    )


def _checked(table: Table, line: int, target: str, row: Mapping[str, str]) -> dict[str, str]:
    contract = reference_tables()[target]
    for column, data_type in contract.types.items():
        problem = what_is_wrong(row[column], data_type, column in contract.optional)
        if problem:
            raise PublicFileError(f"{table.name}, line {line}, column {column}: {problem}.")
    return dict(row)


def _iso(text: str) -> str:
    return f"{text[:4]}-{text[4:6]}-{text[6:]}"


LAYOUTS = (
    Layout(
        "NCCI edits",
        _header(lambda cells: cells[:2] == ["COLUMN 1", "COLUMN 2"]),
        _edits,
    ),
    Layout(
        "daily maximums (MUE)",
        _header(lambda cells: any("MUE VALUE" in cell for cell in cells[1:])),
        _daily_maximums,
    ),
    Layout(
        "relative values",
        _header(lambda cells: cells[:2] == ["HCPCS", "MOD"]),
        _relative_values,
    ),
)
