"""Folders beside the published file: shown in one instant, whole, and only with their file."""

import os
import shutil
import threading
from pathlib import Path

import pytest

from orchestration.companions import (
    Writer,
    show_companions,
    take_over_companions,
    write_companions,
)


def writing(text: str, parts: int = 1) -> Writer:
    def write(file: Path, folder: Path) -> None:
        (folder / "pages").mkdir(parents=True)
        for part in range(parts):
            (folder / "pages" / f"{part}.txt").write_text(f"{text} of {file.name}")

    return write


def bring(published: Path, write: Writer) -> None:
    write_companions(published, published / "draft", {"report": write})
    show_companions(published, {"report": write})


def shown(published: Path) -> str:
    return (published / "report" / "pages" / "0.txt").read_text()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_last_one_stays_until_the_next_publication(tmp_path: Path) -> None:
    bring(tmp_path, writing("first"))
    reader = (tmp_path / "report").resolve()
    bring(tmp_path, writing("second"))
    assert shown(tmp_path) == "second of draft"
    assert (reader / "pages" / "0.txt").read_text() == "first of draft"
    bring(tmp_path, writing("third"))
    assert shown(tmp_path) == "third of draft"
    assert names(tmp_path) == [".report.a", ".report.b", "report"]


def test_one_that_is_written_and_not_shown_is_written_anew(tmp_path: Path) -> None:
    bring(tmp_path, writing("first", parts=2))
    write_companions(tmp_path, tmp_path / "killed", {"report": writing("killed", parts=3)})
    (tmp_path / ".report.link").symlink_to("nowhere")
    assert shown(tmp_path) == "first of draft"
    bring(tmp_path, writing("second"))
    assert names(tmp_path / "report" / "pages") == ["0.txt"]
    assert names(tmp_path) == [".report.a", ".report.b", "report"]


def test_a_copied_home_has_a_folder_in_the_place_of_the_link(tmp_path: Path) -> None:
    home, copy = tmp_path / "home", tmp_path / "copy"
    home.mkdir()
    bring(home, writing("first"))
    shutil.copytree(home, copy)
    assert not (copy / "report").is_symlink()
    bring(copy, writing("second"))
    assert shown(copy) == "second of draft"
    assert (copy / "report").is_symlink()


def test_one_that_cannot_be_written_leaves_nothing_and_the_last_one_stands(tmp_path: Path) -> None:
    bring(tmp_path, writing("first"))

    def full(file: Path, folder: Path) -> None:
        folder.mkdir()
        (folder / "half.txt").write_text("half")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        write_companions(tmp_path, tmp_path / "draft", {"report": full})
    assert shown(tmp_path) == "first of draft"
    assert names(tmp_path) == [".report.a", "report"]


def test_who_may_enter_the_published_folder_may_read_them(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)
    before = os.umask(0o077)
    try:
        bring(tmp_path, writing("first"))
    finally:
        os.umask(before)
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "report").rglob("*")}
    assert modes == {"pages": 0o750, "0.txt": 0o640}
    assert (tmp_path / "report").stat().st_mode & 0o777 == 0o750


def test_those_of_another_home_are_taken_over(tmp_path: Path) -> None:
    ours, made = tmp_path / "ours", tmp_path / "made"
    ours.mkdir()
    made.mkdir()
    bring(ours, writing("ours"))
    bring(made, writing("made"))
    take_over_companions(ours, made)
    assert shown(ours) == "made of draft"


def test_a_reader_meets_the_last_one_or_the_new_one(tmp_path: Path) -> None:
    bring(tmp_path, writing("0"))
    met: list[str] = []
    ended = threading.Event()

    def read() -> None:
        while not ended.is_set():
            met.append(shown(tmp_path))

    reader = threading.Thread(target=read)
    reader.start()
    for night in range(1, 100):
        bring(tmp_path, writing(str(night)))
        # A reader finds the way to a file within one night, not within two.
        enough = len(met) + 2
        while len(met) < enough and reader.is_alive():
            pass
    ended.set()
    reader.join()
    nights = [int(text.split()[0]) for text in met]
    assert nights == sorted(nights)
    assert set(nights) >= set(range(1, 100))


def test_they_are_written_side_by_side(tmp_path: Path) -> None:
    met = threading.Barrier(2, timeout=10)

    def waiting(file: Path, folder: Path) -> None:
        met.wait()
        writing("both")(file, folder)

    write_companions(tmp_path, tmp_path / "draft", {"parquet": waiting, "report": waiting})
    assert names(tmp_path) == [".parquet.a", ".report.a"]
