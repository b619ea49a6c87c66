"""The practice's override tables: what is in them, and new rows among those of earlier files."""

import csv
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from orchestration.ingest.reference_tables import (
    SEEDS,
    ReferenceFile,
    read_reference_files,
    reference_tables,
)
from orchestration.reference.public_files import PublicFile

Row = dict[str, str]


def known_codes(folder: Path) -> set[str]:
    """The procedure codes of this project and of the practice.

    Raises:
        LoadError: a table of the practice cannot be used.
    """
    own = {one.table: one for one in read_reference_files(folder)}.get("procedures")
    codes = {row["cpt_code"] for row in _rows(own)}
    if own is None or not own.is_replacement:
        with (SEEDS / "procedures.csv").open(encoding="utf-8", newline="") as seed:
            codes |= {row["cpt_code"] for row in csv.DictReader(seed)}
    return codes


def write_tables(folder: Path, files: Sequence[PublicFile]) -> list[tuple[Path, int]]:
    """Put the rows of the files into the practice's tables; return those written and their rows.

    A table is complete at every instant: it is written beside its place and renamed.

    Raises:
        LoadError: a table of the practice cannot be used. Nothing was written.
        OSError: the folder cannot be written to.
    """
    present = {one.table: one for one in read_reference_files(folder)}
    drafts = []
    folder.mkdir(parents=True, exist_ok=True)
    for table in sorted({table for file in files for table in file.rows}):
        own = present.get(table)
        held = _rows(own)
        rows = held
        for file in files:
            rows = _merged(table, rows, file.rows.get(table, []))
        if rows != held:
            path = folder / (own.file if own else f"{table}.csv")
            draft = path.with_name(f".{path.name}.draft")
            _write(draft, table, rows)
            drafts.append((draft, path, len(rows)))
    for draft, path, _ in drafts:
        draft.replace(path)
    return [(path, count) for _, path, count in drafts]


def _rows(file: ReferenceFile | None) -> list[Row]:
    if file is None:
        return []
    columns = reference_tables()[file.table].types
    return [
        {column: value or "" for column, value in zip(columns, row, strict=False)}
        for row in file.rows
    ]


def _merged(table: str, held: list[Row], new: list[Row]) -> list[Row]:
    """The rows of both, in the order of their key; a new one takes the place of its equal.

    The edits of a file are those of all times, so that a pair is what its newest file says.
    """
    contract = reference_tables()[table]

    def key(row: Row) -> tuple[str, ...]:
        return tuple(row[column] for column in contract.key)

    if table == "ncci_edits":
        quarter = max((row["reference_quarter"] for row in new), default="")
        newer = {_pair(row) for row in held if row["reference_quarter"] > quarter}
        new = [row for row in new if _pair(row) not in newer]
        pairs = {_pair(row) for row in new}
        held = [row for row in held if _pair(row) not in pairs]
    merged = {key(row): row for row in (*held, *new)}
    return [merged[one] for one in sorted(merged)]


def _pair(row: Row) -> tuple[str, str]:
    return row["column_1_code"], row["column_2_code"]


def _write(path: Path, table: str, rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        columns = reference_tables()[table].types
        writer = csv.DictWriter(stream, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        stream.flush()
        os.fsync(stream.fileno())
