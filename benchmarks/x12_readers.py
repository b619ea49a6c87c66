"""Other readers of X12, each as far as it goes, for `benchmarks.x12`.

Belongs here: how each is called. Does not belong here: files and times. Each function returns how
many claims it found, or None where it yields none. Their packages are in x12_readers.lock, outside
the environment of the product; imports stand where they are used, and are not measured.
"""

from collections.abc import Callable
from pathlib import Path

Read = Callable[[Path, str], int | None]


def pyx12_validating() -> Read:
    """pyx12 judging a file by the implementation guide; its maps are read beforehand."""
    import io

    import pyx12.map_if
    from pyx12.params import params
    from pyx12.x12n_document import x12n_document

    known, load = {}, pyx12.map_if.load_map_file

    def kept(name: str, *rest: object) -> object:
        if name not in known:
            known[name] = load(name, *rest)
        return known[name]

    pyx12.map_if.load_map_file = kept
    settings = params(None)

    def read(path: Path, kind: str) -> None:
        with path.open(encoding="ascii") as stream:
            x12n_document(settings, stream, None, None, fd_json=io.StringIO())

    return read


def pyx12_reading() -> Read:
    """pyx12 taking a file apart into segments, without a guide."""
    from pyx12.x12file import X12Reader

    def read(path: Path, kind: str) -> int:
        name = {"835": "CLP", "837P": "CLM"}[kind]
        with path.open(encoding="ascii") as stream:
            return sum(one.get_seg_id() == name for one in X12Reader(stream))

    return read


def openx12() -> Read:
    """openx12: dictionaries of claims."""
    from openx12 import x835, x837p

    def read(path: Path, kind: str) -> int:
        parser = {"835": x835, "837P": x837p}[kind]
        return len(parser.parse(path.read_text(encoding="ascii")).claims)

    return read


def x12sdk() -> Read:
    """x12sdk: Pydantic models of transaction sets."""
    from x12sdk.io import X12ModelReader

    def read(path: Path, kind: str) -> None:
        with X12ModelReader(str(path)) as reader:
            for _ in reader.models():
                pass

    return read


def oxedi() -> Read:
    """oxedi (Rust): typed tables; 835 only."""
    import oxedi

    def read(path: Path, kind: str) -> int:
        return oxedi.parse(path.read_bytes()).count_claims()

    return read


# By name: how to make it, the kinds it reads, and the share of the file that is enough for it.
READERS: dict[str, tuple[Callable[[], Read], tuple[str, ...], float]] = {
    "pyx12, validating": (pyx12_validating, ("835", "837P"), 0.05),
    "pyx12, reading": (pyx12_reading, ("835", "837P"), 0.2),
    "openx12": (openx12, ("835", "837P"), 0.2),
    "x12sdk": (x12sdk, ("835", "837P"), 0.05),
    "oxedi": (oxedi, ("835",), 1.0),
}
