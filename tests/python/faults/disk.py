"""A file system of its own for a home, small enough to be filled, and made larger afterwards."""

import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(folder: Path) -> Iterator[Callable[..., Path]]:
    """Give a function that makes, or makes larger, a file system of so many megabytes.

    Without a number it only says where.
    """
    folder.mkdir(parents=True)

    def of(megabytes: int | None = None) -> Path:
        if megabytes is None:
            return folder
        options = f"size={megabytes}m" + (",remount" if os.path.ismount(folder) else "")
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder]
        if subprocess.run(command, capture_output=True).returncode != 0:
            pytest.skip("only root may mount the small disk that this test fills")
        return folder

    try:
        yield of
    finally:
        if os.path.ismount(folder):
            subprocess.run(["umount", "--lazy", folder], check=True)


def leave_free(disk: Callable[..., Path], megabytes: int) -> None:
    """Make a file system just so large that this much of it is free."""
    status = os.statvfs(disk(2000))
    used = (status.f_blocks - status.f_bfree) * status.f_frsize
    disk((used >> 20) + 1 + megabytes)


@contextmanager
def kept_full(disk: Path, once: Callable[[], bool]) -> Iterator[None]:
    """Fill a file system as soon as a condition holds, and keep it full to the end of the block.

    What a program frees, by writing a file anew, is taken at once.
    """
    ended = threading.Event()

    def fill() -> None:
        while not ended.is_set() and not once():
            ended.wait(0.001)
        with (disk / "filler").open("wb", buffering=0) as filler:
            while not ended.is_set():
                try:
                    filler.write(bytes(1 << 12))
                except OSError:
                    ended.wait(0.001)

    thread = threading.Thread(target=fill)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        (disk / "filler").unlink(missing_ok=True)
