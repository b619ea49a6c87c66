"""Loading the landing folder into schema raw: every file wholly or not at all.

Belongs here: the order of things, and what is reported. Does not belong here: what becomes of one
file (file_reader), how many are read at once (batches) and written (writer).

What counts is what each path held when it was seen last. A file that is taken away therefore keeps
counting. One that is overwritten counts with its new content, and no longer with the old one: a
landing folder loaded from nothing gives the same. The old rows stay in raw, and the run says so.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import duckdb

from orchestration.ingest import store
from orchestration.ingest.batches import Part, ahead, batches
from orchestration.ingest.contract import Extract, read_contract
from orchestration.ingest.discovery import CSV, X12, LandingFile, discover
from orchestration.ingest.file_reader import FileReader
from orchestration.ingest.mapping import Mapped, read_mapping, with_mapping
from orchestration.ingest.mapping.sources import delivered_name
from orchestration.ingest.partitions import Partitions, check_engine
from orchestration.ingest.reference_tables import (
    ReferenceFile,
    read_reference_files,
    reference_tables,
)
from orchestration.ingest.releases import Release, read_releases
from orchestration.ingest.summary import (
    QUARANTINED,
    KindSummary,
    LoadSummary,
    Outcome,
    added,
    described,
    total,
)
from orchestration.ingest.writer import Writer
from orchestration.settings import Settings, SettingsError
from orchestration.spark import raw_folder

_SECONDS_BETWEEN_REPORTS = 1.0


class Inputs(NamedTuple):
    """What a load reads besides the content of the files, all of it read and checked."""

    contract: dict[str, Extract]
    reference_files: Sequence[ReferenceFile]
    releases: Sequence[Release]
    files: Sequence[LandingFile]
    delivered: Sequence[str] = ()  # paths that are read under a mapping alone


def read_inputs(settings: Settings) -> Inputs:
    """Read and check what needs no warehouse; writes nothing.

    Raises:
        LoadError: a reference table, the releases, the mapping or the landing folder cannot be
            used.
    """
    contract = read_contract()
    reference_files = read_reference_files(settings.reference)
    releases = read_releases(settings.releases)
    return Inputs(contract, reference_files, releases, *landed(settings))


def landed(settings: Settings) -> Mapped:
    """The files of the landing folder, under the mapping of the settings where there is one.

    Raises:
        LoadError: the mapping or the landing folder cannot be used.
    """
    contract = read_contract()
    mapping = settings.mapping and read_mapping(settings.mapping, contract)
    files = discover(settings.landing, contract)
    return Mapped(files, []) if mapping is None else with_mapping(files, mapping)


def prepare(settings: Settings) -> None:
    """Create the tables of schema raw that are missing, and write what holds for this run.

    That is its settings and the practice's own reference tables.

    Raises:
        LoadError: a reference table or the releases cannot be used, or the warehouse not opened
            for writing.
        SettingsError: the pseudonym key cannot be read or made, or is not the warehouse's.
    """
    reference_files = read_reference_files(settings.reference)
    releases = read_releases(settings.releases)
    inputs = Inputs(read_contract(), reference_files, releases, [])
    key = settings.pseudonym_key()
    with store.open_warehouse(settings) as connection:
        _prepare(connection, settings, key, inputs)


def _prepare(
    connection: duckdb.DuckDBPyConnection, settings: Settings, key: str, inputs: Inputs
) -> None:
    connection.begin()
    store.create_tables(connection, inputs.contract)
    if store.known_key(connection) not in (None, key):
        raise SettingsError(
            f"BILLING_PSEUDONYM_KEY_FILE {settings.pseudonym_key_file} holds another key than the "
            f"one that {settings.warehouse} was made with: restore that key from its backup, or "
            "begin anew in another BILLING_HOME."
        )
    tables = reference_tables().values()
    store.replace_reference_tables(connection, tables, inputs.reference_files)
    store.replace_releases(connection, inputs.releases)
    store.replace_run_settings(connection, settings.as_of, key)
    connection.commit()


def _forget_other_ways(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> None:
    """Of a file that is there, what it was under another mapping, or without one, is no more."""
    names = {one.file for one in inputs.files}
    there = {one.file for one in inputs.files if one.source is None} | set(inputs.delivered)
    stale = [
        file
        for file in store.known_files(connection)
        if file in inputs.delivered
        or (file not in names and delivered_name(file, inputs.contract) in there)
    ]
    store.forget_files(connection, stale)


def load_landing(settings: Settings, report: Callable[[str], object] = print) -> LoadSummary:
    """Load what is new in the landing folder; does what `prepare` does, too.

    Every transaction leaves whole files: a load that was stopped at any instant ends, when it is
    run again, as if it had not been stopped. `report` gets a line for each file that is
    quarantined or overwritten, about one a second for the others, one at the end; never a value.

    Raises:
        LoadError: a reference table, the releases, the landing folder or a file cannot be read, a
            file changes while it is read, or the warehouse cannot be opened for writing. Files
            before it are loaded.
        SettingsError: the pseudonym key cannot be read or made, or is not the warehouse's, or what
            is loaded is of the other engine.
    """
    inputs = read_inputs(settings)
    check_engine(settings)
    key = settings.pseudonym_key()  # before there is a warehouse, beside which none is made
    with store.open_warehouse(settings) as connection:
        partitions = Partitions(connection, raw_folder(settings)) if settings.is_spark else None
        return load_inputs(connection, settings, key, inputs, report, partitions)


def load_inputs(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    key: str,
    inputs: Inputs,
    report: Callable[[str], object],
    partitions: Partitions | None = None,
) -> LoadSummary:
    """Load what was read into the database of a connection, as `load_landing` says.

    What was read of files goes to the partitions instead, where there are such.
    """
    started = time.monotonic()
    counts = {CSV: KindSummary(), X12: KindSummary()}
    _prepare(connection, settings, key, inputs)
    if partitions is not None:
        partitions.prepare()
    for one in inputs.reference_files:
        instead = "instead of ours" if one.is_replacement else "beside ours"
        report(f"reference table {one.file}: {len(one.rows)} rows {instead}")
    _forget_other_ways(connection, inputs)
    reported = started
    for number, outcome in enumerate(_load(connection, inputs, partitions), start=1):
        record = outcome.record
        counts[record.kind] = added(counts[record.kind], outcome)
        now = time.monotonic()
        is_special = outcome.is_replaced or record.status == QUARANTINED
        if is_special or now - reported >= _SECONDS_BETWEEN_REPORTS:
            what = f"{described(outcome)}, {outcome.seconds:.1f} s"
            report(f"file {number} of {len(inputs.files)}: {record.file}: {what}")
            reported = now
    if partitions is not None:
        partitions.sweep()  # what was written in a transaction that was undone
    summary = LoadSummary(counts[CSV], counts[X12], time.monotonic() - started)
    report(total(summary))
    return summary


def _load(
    connection: duckdb.DuckDBPyConnection, inputs: Inputs, partitions: Partitions | None
) -> Iterator[Outcome]:
    """Load the files, and yield what became of each once that is written."""
    files, contents = store.known_files(connection), store.known_contents(connection)
    reader = FileReader(inputs.contract, inputs.releases, files, contents)
    writer = Writer(connection, partitions)
    try:
        for read in ahead(batches(inputs.files, reader)):
            writer.write(read)
            if not isinstance(read, Part):
                yield from (one.outcome for one in read)
    finally:
        writer.abandon()
