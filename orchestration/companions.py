"""What stands beside the published file and is made from it: folders, each shown in one instant.

Belongs here: how such a folder takes the place of the last one. Does not belong here: what is in
it, which the function that writes it knows.

`published/<name>` is a link to one of two folders, `.<name>.a` and `.<name>.b`. A publication
writes the one that is not shown and then turns the link, so that a reader meets the last night or
this one, whole, and who is still reading the last night can go on until the next publication.
"""

import shutil
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from orchestration.files import flush, let_in, let_in_folder

# Writes a folder that does not exist yet from a published file; both are paths.
Writer = Callable[[Path, Path], None]


def write_companions(published_dir: Path, file: Path, writers: Mapping[str, Writer]) -> None:
    """Write the folders that are not shown, side by side, and see that they are on disk.

    Raises:
        OSError: one cannot be written. Nothing of it is left.
    """

    def bring(name: str) -> None:
        folder = _hidden(published_dir, name)
        shutil.rmtree(folder, ignore_errors=True)
        try:
            writers[name](file, folder)
            _settle(folder, published_dir)
        except BaseException:
            # On a full disk, half a folder would take the room of the next night.
            shutil.rmtree(folder, ignore_errors=True)
            raise

    with ThreadPoolExecutor(max_workers=len(writers) or 1) as beside:
        # The first that failed is told when all have ended.
        for done in [beside.submit(bring, name) for name in writers]:
            done.result()


def show_companions(published_dir: Path, names: Mapping[str, Writer]) -> None:
    """Turn each link to the folder that was written last."""
    for name in names:
        _turn(published_dir, name)


def take_over_companions(published_dir: Path, made: Path) -> None:
    """Show what another published folder of the same file system shows, and empty it.

    Raises:
        OSError: it cannot be moved.
    """
    for link in sorted(path for path in made.iterdir() if path.is_symlink()):
        folder = _hidden(published_dir, link.name)
        shutil.rmtree(folder, ignore_errors=True)
        link.resolve().replace(folder)
        _settle(folder, published_dir)
        _turn(published_dir, link.name)


def _turn(published_dir: Path, name: str) -> None:
    draft = published_dir / f".{name}.link"
    draft.unlink(missing_ok=True)
    draft.symlink_to(_hidden(published_dir, name).name)
    link = published_dir / name
    if link.is_dir() and not link.is_symlink():
        # A home that was copied or restored by what follows links: a copy of the last night.
        shutil.rmtree(link)
    draft.replace(link)


def _hidden(published_dir: Path, name: str) -> Path:
    """The one of the two folders that the link does not show."""
    first, second = (published_dir / f".{name}.{letter}" for letter in "ab")
    link = published_dir / name
    return second if link.is_symlink() and link.readlink().name == first.name else first


def _settle(folder: Path, published_dir: Path) -> None:
    """Let those read a folder who may enter the one above it, and see that it is on disk."""
    for path in [folder, *folder.rglob("*")]:
        if path.is_dir():
            let_in_folder(path, published_dir)
        else:
            let_in(path, published_dir)
        flush(path)
