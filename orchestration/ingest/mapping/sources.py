"""The files of a landing folder under a mapping: which becomes what, and what is read with it.

Belongs here: telling delivered files by their names, and the files of a day that belong together.
Does not belong here: rows (columns, tables).

A delivered file becomes one file of the warehouse for each extract that it is mapped to, called
`<path> > <extract>`. What it holds is known by the hashes of the mapping and of every delivered
file that feeds it: where one of them changes, it counts anew in the place of what it was.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

from orchestration.ingest.discovery import (
    CSV,
    Fingerprint,
    LandingFile,
    fingerprint,
    open_text,
)
from orchestration.ingest.errors import UnreadableFileError
from orchestration.ingest.mapping.columns import MappedReader
from orchestration.ingest.mapping.spec import FileSpec, Mapping
from orchestration.ingest.mapping.tables import DayOfTables, JoinedReader

SEPARATOR = " > "


class Mapped(NamedTuple):
    """The files to load, and the delivered ones that they were made of."""

    files: list[LandingFile]
    delivered: list[str]


@dataclass
class _Shared:
    """What the files of one mapping share: the files of each day, hashes, the tables of a day."""

    tables: dict[date, dict[str, list[LandingFile]]] = field(default_factory=dict)
    fingerprints: dict[Path, Fingerprint | None] = field(default_factory=dict)
    day: date | None = None
    joined: DayOfTables | None = None


@dataclass(frozen=True)
class MappedSource:
    """A delivered file with what makes an extract of it."""

    mapping: Mapping
    spec: FileSpec
    delivered: LandingFile
    day: date
    shared: _Shared = field(repr=False, compare=False)

    @property
    def paths(self) -> list[Path]:
        """Every delivered file that is read for it, its own first."""
        of_day = self.shared.tables.get(self.day, {}) if self.spec.sql is not None else {}
        others = (one.path for table in of_day.values() for one in table)
        return list(dict.fromkeys((self.delivered.path, *others)))

    def identity(self, found: Fingerprint) -> str:
        """The hash of the mapping and of all that is read; it stands for the mapped content.

        Raises:
            UnreadableFileError: a file of the day is not there or cannot be read.
        """
        digest = hashlib.sha256()
        parts = [self.mapping.sha256, self.spec.extract.name, found.sha256]
        for table, one in self._others():
            parts += [table, self._fingerprint(one).sha256]
        digest.update("\0".join(parts).encode())
        return digest.hexdigest()

    @contextmanager
    def reader(self, found: Fingerprint) -> Iterator[MappedReader | JoinedReader]:
        """Open the file as rows of its extract.

        Raises:
            UnreadableFileError: it, or a file that is joined, cannot be used.
        """
        with open_text(self.delivered.path, found.is_utf8) as text:
            if self.spec.sql is None:
                yield MappedReader(text, self.mapping, self.spec)
                return
            tables = self._tables()
            table = self.mapping.tables[self.spec.table]
            rejected = tables.deliver(table, self.delivered.path, text)
            yield JoinedReader(tables, self.spec, table, rejected)

    def _others(self) -> list[tuple[str, LandingFile]]:
        """The files of the day by table, in order; none where nothing is joined."""
        if self.spec.sql is None:
            return []
        of_day = self.shared.tables.get(self.day, {})
        for table in self.mapping.tables:
            if table not in of_day:
                raise UnreadableFileError(
                    f"The mapping {self.mapping.name} joins it with a file {table}_{{date}} of the "
                    "same day: there is none."
                )
        return [(table, one) for table in self.mapping.tables for one in of_day[table]]

    def _fingerprint(self, one: LandingFile) -> Fingerprint:
        known = self.shared.fingerprints
        if one.path not in known:
            known[one.path] = fingerprint(one.path)
        found = known[one.path]
        if found is None:
            raise UnreadableFileError(f"{one.file}, which is joined, cannot be decompressed.")
        return found

    def _tables(self) -> DayOfTables:
        """The tables of the day; of the last day they are kept, since its files come in a row."""
        shared = self.shared
        if shared.joined is None or shared.day != self.day:
            made = DayOfTables(self.mapping.empty)
            drives = {one.table for one in self.mapping.files}
            for name, one in self._others():
                with open_text(one.path, self._fingerprint(one).is_utf8) as text:
                    try:
                        made.add(self.mapping.tables[name], one.path, text)
                    except UnreadableFileError as problem:
                        raise UnreadableFileError(
                            f"{one.file}, which is joined: {problem}"
                        ) from None
                if made.rejected[one.path] and name not in drives:
                    raise UnreadableFileError(
                        f"{len(made.rejected[one.path]):,} lines of {one.file}, which is joined, "
                        "cannot be read as CSV."
                    )
            shared.day, shared.joined = self.day, made
        return shared.joined


def with_mapping(files: Sequence[LandingFile], mapping: Mapping) -> Mapped:
    """Return the files with those that the mapping names in the place of what was delivered.

    Other files stay as they are: what is named as the contract says is read as such.
    """
    shared = _Shared()
    kept: list[LandingFile] = []
    made: list[LandingFile] = []
    delivered: list[str] = []
    for file in files:
        name = file.path.name
        sources = [] if file.kind != CSV or file.place_problem else _sources(file, mapping, shared)
        table = next(
            (
                (one.name, day)
                for one in mapping.tables.values()
                if file.kind == CSV
                and not file.place_problem
                and (day := one.pattern.day(name)) is not None
            ),
            None,
        )
        if table is not None:
            shared.tables.setdefault(table[1], {}).setdefault(table[0], []).append(file)
        if sources or table is not None:
            delivered.append(file.file)
            made += [_made(file, source) for source in sources]
        elif file.name_problem is not None:
            problem = f"The mapping {mapping.name} names no file like it. {file.name_problem}"
            kept.append(replace(file, name_problem=problem))
        else:
            kept.append(file)
    # Those of a day in a row: their tables are made once. The order says nothing else.
    made.sort(key=lambda one: (one.source.spec.sql is not None, one.extract_date, one.file))
    return Mapped(kept + made, delivered)


def _sources(file: LandingFile, mapping: Mapping, shared: _Shared) -> list[MappedSource]:
    found = ((spec, spec.pattern.day(file.path.name)) for spec in mapping.files)
    return [MappedSource(mapping, spec, file, day, shared) for spec, day in found if day]


def _made(file: LandingFile, source: MappedSource) -> LandingFile:
    extract = source.spec.extract.name
    return LandingFile(
        file.path, f"{file.file}{SEPARATOR}{extract}", CSV, extract, source.day, source=source
    )


def delivered_name(file: str, extracts: Collection[str]) -> str | None:
    """The path of the delivered file that a mapped one was made of; None where it is none."""
    path, separator, extract = file.rpartition(SEPARATOR)
    return path if separator and extract in extracts else None


def outcomes(reader: MappedReader | JoinedReader, taken: int) -> Counter[tuple[str, str | None]]:
    """What became of the delivered lines: taken, or left out for a reason."""
    left_out = {("left out", reason): count for reason, count in reader.left_out.items()}
    return Counter({("taken", None): taken, **left_out})
