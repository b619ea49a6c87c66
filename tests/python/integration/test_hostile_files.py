"""Files made to stop a load, to fill memory, or to be read for another: each has its reason.

The long form (FUZZ_MUTANTS of 100,000 and more, as make test-fuzz sets it) takes ten gigabytes.
"""

import gzip
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from landing_builder import make_settings, query_warehouse, write_csv, write_file, write_x12
from x12_builder import ClaimPayment, ServiceLine, group, interchange, transaction_835

from orchestration.ingest import LoadSummary, csv_reader, discovery, x12_interchange, x12_window
from orchestration.settings import PROJECT_ROOT

IS_LONG = int(os.environ.get("FUZZ_MUTANTS", "0")) >= 100_000
CLINIC = {"clinic_id": "C1", "clinic_name": "North"}
HEADER = b"clinic_id,clinic_name"
PAYMENT = transaction_835([ClaimPayment("C1", [ServiceLine("97110", "80", "80")])])

Load = Callable[[], LoadSummary]
Query = Callable[..., list[tuple]]


def test_what_is_no_file_is_told_and_the_others_are_loaded(
    landing: Path, tmp_path: Path, load: Load, query: Query
) -> None:
    secret = write_csv(tmp_path, "clinics", "2026-01-31", [CLINIC], folder="elsewhere")
    os.mkfifo(landing / "practice/clinics_20260101.csv")
    (landing / "practice/clinics_20260102.csv").symlink_to(secret)
    (landing / "practice/clinics_20260103.csv").symlink_to("clinics_20260103.csv")
    (landing / "x12/zero").symlink_to("/dev/zero")
    write_csv(landing, "clinics", "2026-01-04", [CLINIC], suffix="_\n'; drop table raw.files; --")
    write_x12(landing, "a\x1b[2J", interchange(group(PAYMENT)))

    load()
    load()

    assert query("select file, status, reason from raw.files order by file") == [
        (r"practice/clinics_20260101.csv", "quarantined", "It is neither a file nor a folder."),
        (
            "practice/clinics_20260102.csv",
            "quarantined",
            "The link leads out of the landing folder.",
        ),
        ("practice/clinics_20260103.csv", "quarantined", "The link leads nowhere."),
        (r"practice/clinics_20260104_\x0a'; drop table raw.files; --.csv", "loaded", None),
        ("x12/a\\x1b[2J", "loaded", None),
        ("x12/zero", "quarantined", "The link leads out of the landing folder."),
    ]
    assert query("select count(*) from raw.clinics") == [(1,)]
    assert all(line.isprintable() for line in load.report)


HOSTILE = {
    "no bytes": (b"", "The file is empty."),
    "NUL bytes": (bytes(5_000), "The required columns clinic_id and clinic_name are missing in the "
    "header."),
    "a million columns": (
        HEADER + b",x" * 1_000_000 + b"\n",
        "The header row has more than 100,000 characters.",
    ),
    "a header without an end": (
        HEADER + b"x" * (1 << 25),
        "A line has more than 16 million characters.",
    ),
    "a line without an end": (
        HEADER + b"\nC1,North\nC2," + b"x" * (1 << 25),
        "A line has more than 16 million characters.",
    ),
    "a quote without an end": (HEADER + b'\n"C1,' + b"\n" * 1_000_000, None),
    "a row of a million fields": (HEADER + b"\nC1,North\n" + b"," * 1_000_000, None),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_csv_has_its_reason(landing: Path, load: Load, query: Query, name: str) -> None:
    content, reason = HOSTILE[name]
    write_file(landing / "practice/clinics_20260101.csv", content, is_gzip=len(content) > 1 << 20)
    write_csv(landing, "clinics", "2026-01-02", [CLINIC])

    load()

    status = "quarantined" if reason else "loaded"
    assert query("select status, reason from raw.files order by file") == [
        (status, reason),
        ("loaded", None),
    ]


def test_wide_rows_are_read_in_portions(landing: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_reader, "_CHARACTERS_AT_ONCE", 1_000)
    rows = [{**CLINIC, "clinic_id": f"C{number}", "note": "x" * 400} for number in range(10)]
    file = write_csv(landing, "clinics", "2026-01-01", rows)
    with file.open(newline="") as stream:
        reader = csv_reader.CsvReader(
            stream, csv_reader.Extract("clinics", ("clinic_id",), ("clinic_id",))
        )

        assert [len(batch.rows) for batch in reader.batches()] == [3, 3, 3, 1]


# Loads a landing folder (argument 1) into a home (2) and prints the peak of memory in megabytes.
CHILD = """
import re, sys
from pathlib import Path
from landing_builder import make_settings
from orchestration.ingest import load_landing
load_landing(make_settings(Path(sys.argv[1]), Path(sys.argv[2])), report=lambda line: None)
# Not the peak of getrusage, which counts the process of the tests, too, from which this one came.
print(int(re.search(r"VmHWM:\\s*(\\d+) kB", Path("/proc/self/status").read_text())[1]) // 1024)
"""


def zeros(path: Path, members: int) -> None:
    """A gzip file of 64 MB of zeros a member, a thousandth of its content."""
    path.parent.mkdir(parents=True, exist_ok=True)
    member = gzip.compress(bytes(1 << 26), 9, mtime=0)
    with path.open("wb") as stream:
        for _ in range(members):
            stream.write(member)


def test_a_decompression_bomb_fills_neither_memory_nor_disk(tmp_path: Path) -> None:
    landing, home = tmp_path / "landing", tmp_path / "home"
    members = 160 if IS_LONG else 10
    zeros(landing / "practice/clinics_20260101.csv.gz", members)
    zeros(landing / "x12/bomb.gz", members)
    if IS_LONG:
        with (landing / "x12/sparse").open("wb") as stream:
            stream.truncate(3 << 30)

    here = f"{PROJECT_ROOT}:{PROJECT_ROOT / 'tests/python'}"
    child = subprocess.run(
        [sys.executable, "-c", CHILD, landing, home],
        env={"PYTHONPATH": here, "PATH": ""},
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=900,
    )

    reasons = query_warehouse(make_settings(landing, home), "select file, reason from raw.files")
    too_large = "The file holds more than 2,048 MB."
    assert dict(reasons) == {
        "practice/clinics_20260101.csv.gz": "A line has more than 16 million characters.",
        "x12/bomb.gz": too_large if IS_LONG else "The file has no ISA segment.",
        **({"x12/sparse": too_large} if IS_LONG else {}),
    }
    # The interpreter and its libraries take about 200 MB; a bomb that is read whole takes 640 more.
    assert int(child.stdout) < 500
    assert sum(path.stat().st_size for path in home.rglob("*")) < 50 << 20


@pytest.mark.parametrize(
    ("limit", "reason"),
    [
        ("_LONGEST_SEGMENT", "A segment has more than 16 million characters."),
        ("_LONGEST_SET", "A transaction set has more than 512 million characters."),
    ],
)
def test_an_x12_file_whose_parts_have_no_end_is_read_in_portions(
    landing: Path,
    load: Load,
    query: Query,
    monkeypatch: pytest.MonkeyPatch,
    limit: str,
    reason: str,
) -> None:
    monkeypatch.setattr(x12_window, "_CHARACTERS_AT_ONCE", 2_000)
    monkeypatch.setattr(x12_interchange, limit, 5_000)
    text = interchange(group(PAYMENT))
    # A segment without an end, or a set of many.
    added = "x" * 10_000 + "~" if limit == "_LONGEST_SEGMENT" else "REF*1*2~" * 10_000
    write_x12(landing, "endless", text.replace("SE*", added + "SE*"))
    write_x12(landing, "good", text)

    load()

    assert query("select file, status, reason from raw.files order by file") == [
        ("x12/endless", "quarantined", reason),
        ("x12/good", "loaded", None),
    ]
    assert query("select count(*) from raw.x12_transactions") == [(1,)]


def test_a_csv_of_more_than_its_limit_is_not_read(
    landing: Path, load: Load, query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(discovery._LARGEST, "csv", 10)
    write_csv(landing, "clinics", "2026-01-02", [CLINIC])

    load()

    assert query("select status, sha256 from raw.files") == [("quarantined", None)]
