"""A file system of its own for a home, small enough to be filled, and made larger afterwards."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(folder: Path) -> Iterator[Callable[[int], Path]]:
    """Give a function that makes, or makes larger, a file system of so many megabytes."""
    folder.mkdir(parents=True)

    def of(megabytes: int) -> Path:
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


def leave_free(disk: Callable[[int], Path], megabytes: int) -> None:
    """Make a file system just so large that this much of it is free."""
    status = os.statvfs(disk(2000))
    used = (status.f_blocks - status.f_bfree) * status.f_frsize
    disk((used >> 20) + 1 + megabytes)
