"""Files that others than their owner read, and that must survive a power cut."""

import os
from pathlib import Path


def make_folder(folder: Path) -> None:
    """Make a folder for those who may enter the one above it, whatever the umask of the run."""
    if not folder.exists():
        folder.mkdir()
        let_in_folder(folder, folder.parent)


def let_in_folder(folder: Path, above: Path) -> None:
    """Let those enter and list a folder who may enter another one."""
    folder.chmod(above.stat().st_mode & 0o755)


def let_in(file: Path, folder: Path) -> None:
    """Let those read a file who may enter a folder."""
    file.chmod(0o600 | (folder.stat().st_mode & 0o011) << 2)


def flush(path: Path) -> None:
    """See that a file, or the names in a folder, are on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
