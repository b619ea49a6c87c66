"""Damaged files: none crashes a load or staging, none is misread in silence, no row goes missing.

Each mutant is loaded as a file of its own and read a second time by the letter of the contract; the
whole batch then goes through one build of staging. The long form: make test-fuzz, or
FUZZ_MUTANTS=100000 pytest tests/python/integration/test_mutants.py.
"""

import csv
import gzip
import os
import re
import zlib
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from by_the_letter import csv_rows, envelope_faults, lost_or_invented, typed_row, x12_segments
from landing_builder import query_warehouse
from mutants import write_mutants
from oracle.csv_extracts import CONTRACT
from oracle.practices import write_landing
from pipeline import build, build_tests

from orchestration.ingest.contract import read_contract
from orchestration.ingest.x12_marks import MARKS

MUTANTS = int(os.environ.get("FUZZ_MUTANTS", "2000"))
BATCH = 5_000
SEEDS = range(1, -(-MUTANTS // BATCH) + 1)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_mutant_crashes_or_is_misread_or_loses_a_row(seed: int, tmp_path: Path) -> None:
    landing, home = tmp_path / "landing", tmp_path / "home"
    write_mutants(landing, seed, min(BATCH, MUTANTS))
    # Row accounting and "no segment is lost" are tests of the project.
    layers = [f"path:models/staging/{folder}" for folder in ("load", "practice", "x12")]
    settings = build_tests(landing, home, date(2026, 6, 30), *layers)

    def query(sql: str) -> list[tuple]:
        return query_warehouse(settings, sql)

    files = query("select file, kind, extract, sha256, status, reason, rows_read from raw.files")
    assert len(files) == min(BATCH, MUTANTS)
    assert all(reason and reason.endswith(".") for *_, status, reason, _ in files if "q" in status)
    log = query("select file, rows_read, rows_staged + rows_superseded + rows_quarantined from "
                "staging.stg_load__row_counts where rows_read > 0")  # fmt: skip
    loaded = query("select file from staging.stg_load__files where rows_read > 0")
    assert sorted((file, read) for file, read, _ in log) == sorted(
        (file, read) for file, _, _, _, status, _, read in files if (file,) in set(loaded)
    )
    assert [one for one in log if one[1] != one[2]] == []
    wrong = [*_misread_csv(landing, files, query), *_misread_x12(landing, files, query)]
    wrong += [*_mistyped(query), *_miscounted(query)]
    assert not wrong, f"{len(wrong)} of seed {seed}:\n" + "\n".join(map(str, wrong[:20]))


Query = Callable[[str], list[tuple]]


def _content(path: Path) -> bytes | None:
    content = path.read_bytes()
    if content[:2] != b"\x1f\x8b":
        return content
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error):
        return None


def _misread_csv(landing: Path, files: list[tuple], query: Query) -> list[str]:
    wrong = []
    rows: dict[tuple, list] = defaultdict(list)
    contract = read_contract()
    for extract in contract.values():
        columns = ", ".join(f'"{column}"' for column in extract.columns)
        for sha256, number, *values in query(
            f'select file_sha256, row_number, {columns} from raw."{extract.name}" order by all'
        ):
            rows[extract.name, sha256].append((number, values))
    broken: dict[tuple, list] = defaultdict(list)
    for extract, sha256, *rest in query(
        "select extract, file_sha256, row_number, text from raw.quarantined_rows order by all"
    ):
        broken[extract, sha256].append(tuple(rest))
    for file, kind, name, sha256, status, *_ in files:
        if kind != "csv":
            continue
        expected = _csv_content(_content(landing / file), contract[name])
        if expected is None:
            if status != "quarantined":
                wrong.append(f"{file}: loaded, and cannot be read")
        elif status != "loaded":
            wrong.append(f"{file}: quarantined, and can be read")
        elif (rows[name, sha256], broken[name, sha256]) != expected:
            wrong.append(f"{file}: other rows")
    return wrong


def _csv_content(content: bytes | None, extract) -> tuple[list, list] | None:
    """Rows of the contract's columns, and broken lines; None where the file cannot be used."""
    if content is None:
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return None
        try:
            text = content.removeprefix(b"\xef\xbb\xbf").decode("cp1252")
        except UnicodeDecodeError:
            return None
    rows, broken = csv_rows(text)
    if not rows or (broken and broken[0][0] < rows[0][0]):
        return None
    header = [name.strip().lower() for name in rows[0][1]]
    if any(header.count(column) > 1 for column in extract.columns):
        return None
    if any(column not in header for column in extract.required):
        return None
    places = [header.index(one) if one in header else None for one in extract.columns]
    return [
        (line, [None if place is None else row[place] for place in places])
        for line, row in rows[1:]
    ], broken


def _misread_x12(landing: Path, files: list[tuple], query: Query) -> list[str]:
    wrong = []
    marks: dict[str, set] = defaultdict(set)
    for sha256, element, component, terminator in query(
        "select file_sha256, element_separator, component_separator, segment_terminator "
        "from raw.x12_interchanges"
    ):
        marks[sha256].add((element, component, terminator))
    bodies: dict[str, list] = defaultdict(list)
    for sha256, body, error in query(
        "select file_sha256, body, frame_error from raw.x12_transactions "
        "order by file_sha256, set_number"
    ):
        bodies[sha256].append((body, error))
    for file, kind, _, sha256, status, *_ in files:
        # Of two interchanges in two handwritings the plain reading knows nothing.
        if kind != "x12" or status != "loaded" or len(marks[sha256]) != 1:
            continue
        ((element, component, terminator),) = marks[sha256]
        segments = x12_segments(_text(_content(landing / file)), element, terminator)
        # Marks within an element are the file's there, and ours in a body, which has no others.
        repetition = next(one for one in segments if one[0] == "ISA")[11]
        inner = {repetition: "\x1e"} if len(repetition) == 1 and not repetition.isalnum() else {}
        table = str.maketrans(dict.fromkeys(MARKS, " ") | inner | {component: "\x1f"})
        segments = [[e.translate(table).strip(" \t\v\f") for e in s] for s in segments]
        sets = [
            (
                [
                    [e.strip(" \t\v\f") for e in s.split("\x1d")[:-1]]
                    for s in body.split("\x1c")[1:]
                ],
                error,
            )
            for body, error in bodies[sha256]
        ]
        lost = lost_or_invented(segments, [body for body, _ in sets])
        if lost:
            wrong.append(f"{file}: {len(lost)} segments lost or invented, like {lost[0][0]!r}")
        wrong += [f"{file}: {fault} does not fit" for fault in envelope_faults(segments)]
        for body, error in sets:
            first, last = body[0], body[-1]
            is_sound = (
                first[0] == "ST" and last[0] == "SE" and last[1:3] and last[2:3] == first[2:3]
            )
            is_sound = is_sound and last[1].lstrip("0") == str(len(body))
            if (error is None) != bool(is_sound):
                wrong.append(f"{file}: a set is {error or 'sound'}, and is not")
    return wrong


def _text(content: bytes | None) -> str:
    assert content is not None
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def _mistyped(query: Query) -> list[str]:
    """Rows that staging takes and should not, leaves and should not, or whose values it changes."""
    wrong = []
    for extract in read_contract().values():
        if extract.name == "reported_totals":
            continue
        count = len(extract.columns)
        columns = ", ".join(f'{side}."{one}"' for side in "rb" for one in extract.columns)
        for file, number, is_out, *values in query(
            f"select b.source_file, b.source_row_number, b.row_status = 'quarantined', {columns} "
            f'from staging."base_practice__{extract.name}" as b '
            "inner join raw.files as f on b.source_file = f.file "
            f'inner join raw."{extract.name}" as r '
            "on f.sha256 = r.file_sha256 and b.source_row_number = r.row_number"
        ):
            row = typed_row(extract.name, dict(zip(extract.columns, values[:count], strict=True)))
            if is_out != (row is None):
                wrong.append(f"{file}, line {number}: {'left out' if is_out else 'taken'}")
            elif row is not None:
                staged = dict(zip(extract.columns, values[count:], strict=True))
                wrong += [
                    f"{file}, line {number}: another {column}"
                    for column, value in row.items()
                    if not _is_same(staged[column], value)
                ]
    return wrong


def _is_same(staged: object, value: object) -> bool:
    """Codes compare without case and dot; a number of a list of values is text by the letter."""
    if isinstance(value, str):
        return str(staged).replace(".", "").upper() == value.replace(".", "").upper()
    return staged == value


SUMS = {
    ("835", "CLP", (4,)): "sum(paid_amount) from staging.stg_x12_835__claims",
    ("835", "SVC", (3,)): "sum(paid_amount) from staging.stg_x12_835__lines",
    ("835", "CAS", (3, 6, 9, 12, 15, 18)): "sum(amount) from staging.stg_x12_835__adjustments",
    ("835", "PLB", (4, 6, 8, 10, 12, 14)): "sum(amount) from "
    "staging.stg_x12_835__provider_adjustments",
    ("837P", "CLM", (2,)): "sum(claim_amount) from staging.stg_x12_837__claims",
    ("837P", "SV1", (2,)): "sum(charge_amount) from staging.stg_x12_837__lines",
}  # fmt: skip


def _miscounted(query: Query) -> list[str]:
    """Sets whose staged amounts are not those of a plain scan of their text."""
    wrong = []
    texts = query(
        "select s.transaction_set_id, s.transaction_kind, r.body "
        "from staging.stg_x12__transaction_sets as s "
        "inner join raw.x12_transactions as r using (file_sha256, set_number) where s.is_used"
    )
    for (kind, segment, places), total in SUMS.items():
        staged = dict(query(f"select transaction_set_id, {total} group by 1"))
        for set_id, of_kind, body in texts:
            if of_kind != kind:
                continue
            plain = Decimal(0)
            for text in body.split("\x1c"):
                elements = text.split("\x1d")
                if elements[0] == segment:
                    plain += sum(
                        Decimal(e.strip() or 0) for p in places for e in elements[p : p + 1]
                    )
            if plain != (staged.get(set_id) or 0):
                wrong.append(f"{set_id}: {segment} {plain} and {staged.get(set_id)}")
    return wrong


EXTREMES = {
    "money": ["999999999.99", "-999999999.99", "9999999999999999.99"],
    "int": ["999999", "-999999", "2147483647"],
    "date": ["0001-01-01", "9999-12-31"],
    "stamp": ["0001-01-01 00:00", "9999-12-31 23:59:59"],
}


@pytest.mark.skipif(MUTANTS < 100_000, reason="part of the long form")
def test_no_value_of_the_right_form_ends_a_night(tmp_path: Path) -> None:
    """Every layer is built on the largest and smallest values that staging takes."""
    landing, random = tmp_path / "landing", Random(1)
    write_landing(landing, 3, 4, date(2026, 6, 30))
    for path in (landing / "practice").rglob("*.csv"):
        types = {one.name: one.type for one in CONTRACT.get(path.name.partition("_2")[0], [])}
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
            header, *rows = list(csv.reader(stream))
        for row in rows:
            for place, column in enumerate(header[: len(row)]):
                extremes = EXTREMES.get(types.get(column.strip(), ""))
                if extremes and random.random() < 0.1:
                    row[place] = random.choice(extremes)
        with path.open("w", newline="") as stream:
            csv.writer(stream).writerows([header, *rows])
    for path in (landing / "x12").rglob("*.x12"):

        def extreme(match: re.Match) -> str:
            return match[1] + random.choice([match[2]] * 9 + EXTREMES["money"])

        text = path.read_text(errors="replace")
        path.write_text(re.sub(r"((?:SVC|SV1)\*[^*~]*\*)([0-9.]+)", extreme, text))

    build(landing, tmp_path / "home", date(2026, 6, 30))
