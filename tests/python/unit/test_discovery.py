"""What lies in the landing folder: files in their order, what their names say, their content."""

import gzip
import os
import shutil
import socket
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from landing_builder import write_file

from orchestration.ingest import LoadError, discovery
from orchestration.ingest.discovery import discover, fingerprint
from orchestration.ingest.errors import UnreadableFileError

EXTRACTS = ("visits", "patient_payments")


def names(landing: Path) -> list[str]:
    return [one.file for one in discover(landing, EXTRACTS)]


# Folders


def test_files_come_in_byte_order_of_their_relative_path(landing: Path) -> None:
    # "/" (2f) comes after "-" (2d) and before "0" (30); capitals before small letters; é last.
    wanted = [
        "practice/B.csv",
        "practice/a-1.csv",
        "practice/a/z.csv",
        "practice/a0.csv",
        "practice/b/c/d.csv",
        "practice/é.csv",
        "x12/1.edi",
    ]
    for file in reversed(wanted):
        write_file(landing / file, b"")

    assert names(landing) == wanted


def test_only_practice_and_x12_are_read(landing: Path) -> None:
    for file in ("sample.json", "truth/visits_20260101.csv", "x12/835.txt"):
        write_file(landing / file, b"")

    assert names(landing) == ["x12/835.txt"]


def test_one_of_the_two_folders_is_enough(tmp_path: Path) -> None:
    write_file(tmp_path / "x12/a", b"")

    assert names(tmp_path) == ["x12/a"]


def test_only_links_to_files_of_the_landing_folder_are_followed(
    landing: Path, tmp_path: Path
) -> None:
    write_file(tmp_path / "elsewhere/visits_20260101.csv", b"")
    write_file(tmp_path / "landing.old/practice/visits_20260101.csv", b"")
    practice = landing / "practice"
    write_file(practice / "visits_20260102.csv", b"")
    for name, target in {
        "again_20260102.csv": "visits_20260102.csv",
        "circle": practice,
        "gone": "nothing",
        "loop": "loop",
        "old": tmp_path / "landing.old/practice/visits_20260101.csv",
        "out": tmp_path / "elsewhere/visits_20260101.csv",
        "share": tmp_path / "elsewhere",
        "up": "../../landing/../elsewhere/visits_20260101.csv",
    }.items():
        (practice / name).symlink_to(target)

    out = "The link leads out of the landing folder."
    assert {one.file: one.place_problem for one in discover(landing, EXTRACTS)} == {
        "practice/again_20260102.csv": None,
        "practice/circle": out.replace(
            "leads out of the landing folder", "does not lead to a file"
        ),
        "practice/gone": "The link leads nowhere.",
        "practice/loop": "The link leads nowhere.",
        "practice/old": out,
        "practice/out": out,
        "practice/share": out,
        "practice/up": out,
        "practice/visits_20260102.csv": None,
    }


def test_practice_and_x12_may_be_links_themselves(tmp_path: Path) -> None:
    write_file(tmp_path / "share/visits_20260101.csv", b"")
    (tmp_path / "landing").mkdir()
    (tmp_path / "landing/practice").symlink_to(tmp_path / "share")

    (file,) = discover(tmp_path / "landing", EXTRACTS)

    assert (file.file, file.place_problem) == ("practice/visits_20260101.csv", None)


def test_a_missing_landing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match=r"/nowhere does not exist \(BILLING_LANDING\)"):
        discover(tmp_path / "nowhere", EXTRACTS)


def test_a_folder_that_is_no_landing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="neither a practice/ nor an x12/ folder"):
        discover(tmp_path, EXTRACTS)


def test_pipes_and_sockets_are_no_files_and_stop_nothing(landing: Path) -> None:
    os.mkfifo(landing / "x12/pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        # The path of a socket is short: bound by its name alone.
        listener.bind(os.path.relpath(landing / "x12/socket"))
    (landing / "practice/visits_20260101.csv").mkdir()
    write_file(landing / "x12/835", b"")

    assert [(one.file, one.place_problem) for one in discover(landing, EXTRACTS)] == [
        ("x12/835", None),
        ("x12/pipe", "It is neither a file nor a folder."),
        ("x12/socket", "It is neither a file nor a folder."),
    ]


@pytest.fixture
def bottomless(landing: Path) -> Iterator[Path]:
    """Folders in folders until a path is longer than may be, as one gets by changing there."""
    top = landing / "x12" / "d"
    here = os.open(top.parent, os.O_RDONLY)
    for _ in range(os.pathconf("/", "PC_PATH_MAX") // 2):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    yield top
    # By its path nothing removes it: each folder takes the place of the one above it.
    while (top / "d").exists():
        (top / "d").rename(top.with_name("below"))
        shutil.rmtree(top)
        top.with_name("below").rename(top)


def test_folders_in_folders_stop_nothing_however_deep(landing: Path, bottomless: Path) -> None:
    # Deeper than Python's stack.
    deepest = write_file(bottomless / ("d/" * 1_500) / "a", b"")

    file, too_long = discover(landing, EXTRACTS)

    assert (file.path, file.place_problem) == (deepest, None)
    assert too_long.place_problem == "Its path is too long to be opened."


def test_a_folder_that_may_not_be_read_stops_the_load(
    landing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Permissions do not hold for root, under which tests often run.
    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(discovery.os, "scandir", refuse)
    with pytest.raises(LoadError, match="practice cannot be read: Permission denied"):
        discover(landing, EXTRACTS)

    monkeypatch.setattr(Path, "is_dir", refuse)
    with pytest.raises(LoadError, match="landing cannot be read: Permission denied"):
        discover(landing, EXTRACTS)


# Names


@pytest.mark.parametrize(
    ("name", "extract", "day"),
    [
        ("visits_20260131.csv", "visits", date(2026, 1, 31)),
        ("visits_20260131.csv.gz", "visits", date(2026, 1, 31)),
        ("visits_20260131_.csv", "visits", date(2026, 1, 31)),
        ("visits_20260131_north_20260201.csv", "visits", date(2026, 1, 31)),
        ("visits_20240229_a b.csv.gz", "visits", date(2024, 2, 29)),
        ("patient_payments_20260131_1.csv", "patient_payments", date(2026, 1, 31)),
    ],
)
def test_a_name_says_extract_and_day(landing: Path, name: str, extract: str, day: date) -> None:
    write_file(landing / "practice/sub" / name, b"")

    (file,) = discover(landing, EXTRACTS)

    assert (file.kind, file.extract, file.extract_date) == ("csv", extract, day)
    assert file.name_problem is None


PATTERN = "The file name is not <extract>_<YYYYMMDD>[_<anything>].csv or .csv.gz."
EXTRACT = "The file name does not begin with the name of a known extract."
DAY = "The date in the file name is no day of the calendar."


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("visits.csv", PATTERN),
        ("visits_2026-01-31.csv", PATTERN),
        ("visits_202601311.csv", PATTERN),
        ("visits_20260131a.csv", PATTERN),
        ("visits_20260131.CSV", PATTERN),
        ("visits_20260131.csv.zip", PATTERN),
        ("visits_20260131.txt", PATTERN),
        ("visits_20260131.csv.part", PATTERN),
        ("_20260131.csv", PATTERN),
        ("visits_2026013\uff11.csv", PATTERN),
        (".DS_Store", PATTERN),
        ("visit_20260131.csv", EXTRACT),
        ("Visits_20260131.csv", EXTRACT),
        ("old_visits_20260131.csv", EXTRACT),
        ("visits_20260230.csv", DAY),
        ("visits_00000101.csv", DAY),
    ],
)
def test_a_name_outside_the_pattern_says_why(landing: Path, name: str, problem: str) -> None:
    write_file(landing / "practice" / name, b"")

    (file,) = discover(landing, EXTRACTS)

    assert file.name_problem == problem
    assert (file.extract, file.extract_date) == (None, None)


def test_the_name_of_an_x12_file_says_nothing(landing: Path) -> None:
    write_file(landing / "x12/visits_20260131.csv", b"")

    (file,) = discover(landing, EXTRACTS)

    assert (file.kind, file.extract, file.name_problem) == ("x12", None, None)


def test_a_name_that_is_no_utf8_can_be_told(landing: Path) -> None:
    path = os.fsencode(landing / "x12") + b"/caf\xe9.835"
    Path(os.fsdecode(path)).touch()

    assert names(landing) == ["x12/caf\\xe9.835"]


def test_a_name_cannot_pose_as_a_line_of_a_log_or_as_another_name(landing: Path) -> None:
    folder = os.fsencode(landing / "x12")
    for name in (
        b"a\nfile 1 of 1: good",
        b"\x1b[2Jb",
        b"caf\xe9",
        rb"caf\xe9",
        "evil\u202ecod.835".encode(),
        b"'; drop table raw.files; --",
        "Zo\u00eb 1.835".encode(),
    ):
        Path(os.fsdecode(folder + b"/" + name)).touch()

    assert names(landing) == [
        "x12/'; drop table raw.files; --",
        "x12/Zoë 1.835",
        r"x12/\x1b[2Jb",
        r"x12/a\x0afile 1 of 1: good",
        r"x12/caf\x5cxe9",
        r"x12/caf\xe9",
        r"x12/evil\xe2\x80\xaecod.835",
    ]


# Content

HELLO = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"  # sha256 of "hello"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("plain", b"hello"),
        ("named.gz", gzip.compress(b"hello", mtime=0)),
        ("known by its first bytes", gzip.compress(b"hello", mtime=0)),
        ("two members.gz", gzip.compress(b"hel", mtime=0) + gzip.compress(b"lo", mtime=0)),
    ],
)
def test_the_hash_is_of_the_decompressed_content(tmp_path: Path, name: str, content: bytes) -> None:
    found = fingerprint(write_file(tmp_path / name, content))

    assert found is not None
    assert (found.sha256, found.is_utf8) == (HELLO, True)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("cut short.gz", gzip.compress(b"hello" * 100, mtime=0)[:-9]),
        ("damaged.gz", gzip.compress(b"hello", mtime=0)[:-8] + bytes(8)),
        ("something else.gz", b"hello"),
        ("garbage behind.gz", gzip.compress(b"hello", mtime=0) + b"garbage"),
        ("only the magic", b"\x1f\x8b"),
        ("deflate broken", gzip.compress(b"hello", mtime=0)[:10] + b"\xff" * 20),
    ],
)
def test_what_cannot_be_decompressed_has_no_fingerprint(
    tmp_path: Path, name: str, content: bytes
) -> None:
    assert fingerprint(write_file(tmp_path / name, content)) is None


@pytest.mark.parametrize(
    ("content", "is_utf8"),
    [
        ("ab é €".encode(), True),
        (b"\xef\xbb\xbfab", True),
        (b"ab \xe9 c", False),
        (b"ab \xe2\x82", False),
        (b"\xed\xa0\x80", False),
    ],
)
def test_utf8_is_known_whatever_the_chunks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, is_utf8: bool
) -> None:
    monkeypatch.setattr(discovery, "_CHUNK_BYTES", 1)

    found = fingerprint(write_file(tmp_path / "file", content))

    assert found is not None
    assert found.is_utf8 is is_utf8


def test_what_holds_more_than_its_kind_may_is_not_read_to_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(discovery._LARGEST, "x12", 1 << 20)
    file = write_file(tmp_path / "bomb.gz", bytes((1 << 20) + 1), is_gzip=True)
    most = write_file(tmp_path / "most.gz", bytes(1 << 20), is_gzip=True)

    assert fingerprint(most, "x12") is not None
    assert fingerprint(file, "csv") is not None
    with pytest.raises(UnreadableFileError, match=r"^The file holds more than 1 MB\.$"):
        fingerprint(file, "x12")
