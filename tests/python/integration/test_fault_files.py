"""Files or the disk fail under a load or publication: it says so, and the next one is whole."""

import ctypes
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from faults.disk import leave_free, small_disk
from faults.homes import FIXTURE, copy_home, run_steps, start, warehouse_state
from faults.small import fill, manifest
from landing_builder import make_settings, query_warehouse, write_csv

from orchestration.publish import PublishError, publish

LARGE = "practice/patients_20260601_all.csv"
BEHIND = "x12/answers_2026_01.x12"
ROWS = 60_000


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The hand-made practice with one file more, which takes a while to read."""
    folder = tmp_path_factory.mktemp("original") / "landing"
    shutil.copytree(FIXTURE, folder)
    rows = [{"patient_id": f"X{number}", "last_name": "Roe"} for number in range(ROWS)]
    assert write_csv(folder, "patients", "2026-06-01", rows, "_all") == folder / LARGE
    return folder


@pytest.fixture
def landing(original: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(original, tmp_path / "landing"))


@pytest.fixture(scope="module")
def before(original: Path) -> Path:
    """A home in which nothing was loaded but the tables of codes, which takes longest."""
    empty, home = original.with_name("empty"), original.with_name("home")
    (empty / "x12").mkdir(parents=True)
    run_steps(empty, home, "load")
    return home


@pytest.fixture
def home(before: Path, tmp_path: Path) -> Path:
    return copy_home(before, tmp_path / "home")


@pytest.fixture(scope="module")
def undisturbed(original: Path, before: Path) -> dict[str, tuple[int, int]]:
    """What the warehouse holds after one load that nothing disturbed."""
    home = copy_home(before, original.with_name("undisturbed"))
    run_steps(original, home, "load")
    return warehouse_state(home)


def wait_until_open(child: subprocess.Popen, path: Path) -> None:
    """Return when a process reads a file, past its first bytes."""
    deadline = time.monotonic() + 120
    descriptors = Path(f"/proc/{child.pid}/fd")
    while time.monotonic() < deadline and child.poll() is None:
        for one in descriptors.iterdir():
            try:
                if one.readlink() == path and _position(child.pid, one.name) > 0:
                    return
            except OSError:
                continue  # closed meanwhile
        time.sleep(0.001)
    raise AssertionError(f"{path.name} was never read: {child.communicate()[1]}")


def _position(pid: int, descriptor: str) -> int:
    return int(Path(f"/proc/{pid}/fdinfo/{descriptor}").read_text().split()[1])


def truncate(landing: Path) -> None:
    os.truncate(landing / LARGE, 1000)


def append(landing: Path) -> None:
    with (landing / LARGE).open("a") as stream:
        stream.write("X,Roe\n")


def replace(landing: Path) -> None:
    other = landing.parent / "other.csv"
    other.write_text("patient_id\nX\n")
    other.replace(landing / LARGE)


def remove_the_folder(landing: Path) -> None:
    landing.rename(landing.with_name("gone"))


CHANGED = f"{LARGE} changed while it was read: run again when it is complete.\n"


@pytest.mark.skipif(not Path("/proc/self/fdinfo").is_dir(), reason="looks at open files in /proc")
@pytest.mark.parametrize(
    ("disturb", "told"),
    [
        (truncate, CHANGED),
        (append, CHANGED),
        (replace, CHANGED),
        (remove_the_folder, f"{LARGE} cannot be read: No such file or directory.\n"),
    ],
)
def test_a_file_that_changes_under_a_load(
    landing: Path,
    home: Path,
    undisturbed: dict[str, tuple[int, int]],
    disturb: Callable[[Path], None],
    told: str,
) -> None:
    kept = landing.parent / "kept.csv"
    shutil.copy2(landing / LARGE, kept)
    child = start(landing, home, "load")
    wait_until_open(child, landing / LARGE)
    disturb(landing)

    _, errors = child.communicate(timeout=300)

    assert (child.returncode, errors) == (1, told)
    # Nothing of that file, all of those before it, nothing of those behind it.
    settings = make_settings(landing, home)
    files = {file for (file,) in query_warehouse(settings, "select file from raw.files")}
    assert files and not files & {LARGE, BEHIND}
    query = "select count(*) from raw.patients where patient_id = 'X1'"
    assert query_warehouse(settings, query) == [(0,)]
    if not landing.exists():
        landing.with_name("gone").rename(landing)
    shutil.copy2(kept, landing / LARGE)
    run_steps(landing, home, "load")
    assert warehouse_state(home) == undisturbed


@pytest.mark.skipif(sys.platform != "linux" and os.geteuid() == 0, reason="root may read all")
@pytest.mark.parametrize("what", [BEHIND, "x12"])
def test_a_file_or_folder_that_cannot_be_read(
    landing: Path, home: Path, undisturbed: dict[str, tuple[int, int]], what: str
) -> None:
    path = landing / what
    mode = path.stat().st_mode
    path.chmod(0)

    child = start(landing, home, "load", begin=as_anybody)
    _, errors = child.communicate(timeout=300)

    named = path if path.is_dir() else what
    assert (child.returncode, errors) == (1, f"{named} cannot be read: Permission denied.\n")
    path.chmod(mode)
    run_steps(landing, home, "load")
    assert warehouse_state(home) == undisturbed


def as_anybody() -> None:
    """Give up root's right to read every file, with which tests often run."""
    if os.geteuid() == 0:
        drop, override, read_search = 24, 1, 2
        for right in (override, read_search):
            ctypes.CDLL(None).prctl(drop, right, 0, 0, 0)


# Before the first file, and in the large file.
@pytest.mark.parametrize("megabytes", [0, 2])
def test_a_disk_that_is_full_in_the_middle_of_a_load(
    landing: Path,
    before: Path,
    undisturbed: dict[str, tuple[int, int]],
    tmp_path: Path,
    megabytes: int,
) -> None:
    with small_disk(tmp_path / "disk") as disk:
        home = copy_home(before, disk(500) / "home")
        leave_free(disk, megabytes)

        child = start(landing, home, "load")
        _, errors = child.communicate(timeout=300)

        assert child.returncode == 1, errors
        assert len(errors.splitlines()) == 1, errors
        assert "No space left on device" in errors
        assert "Roe" not in errors
        disk(500)
        run_steps(landing, home, "load")
        assert warehouse_state(home) == undisturbed


@pytest.mark.parametrize("is_copied", [True, False], ids=["of the last", "written whole"])
def test_a_disk_that_is_full_in_the_middle_of_a_publication(
    tmp_path: Path, is_copied: bool
) -> None:
    with small_disk(tmp_path / "disk") as disk:
        home = disk(200) / "home"
        home.mkdir()
        settings = make_settings(home, home)
        fill(settings, 1)
        publish(settings, manifest())
        before = settings.published.read_bytes()
        fill(settings, 900)
        leave_free(disk, 1)
        if not is_copied:
            settings.standing_file.unlink()

        told = "cannot be written" if is_copied else "Could not write file .*"
        with pytest.raises(PublishError, match=f"{told}: No space left on device"):
            publish(settings, manifest())

        assert settings.published.read_bytes() == before
        assert list(settings.published_dir.rglob(".*")) == []
        disk(200)
        publish(settings, manifest())
        assert settings.published.read_bytes() != before
