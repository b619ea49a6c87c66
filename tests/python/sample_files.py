"""X12 files of the sample practice, split naively: no code of the project takes part.

For files of the sample only: they are well-formed, and their data hold no delimiter.
"""

import gzip
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

Segment = list[str]


def text_of(file: Path) -> str:
    """The text of a file, unpacked; CR LF is the 80-column wrapping of one payer and is no data."""
    content = file.read_bytes()
    if file.suffix == ".gz":
        content = gzip.decompress(content)
    return content.decode("ascii").replace("\r\n", "")


def segments_of(file: Path) -> list[Segment]:
    """All segments of a file as elements; the partner's component delimiter becomes a colon."""
    text = text_of(file)
    element, component, terminator = text[3], text[104], text[105]
    parts = text.replace(component, ":").split(terminator)
    return [part.strip("\n").split(element) for part in parts if part.strip("\n")]


def all_files(landing: Path, kind: str) -> list[Path]:
    """The files below x12/<kind>, without the one that repeats another."""
    return sorted(file for file in (landing / "x12" / kind).iterdir() if "_again" not in file.name)


def loops(segments: list[Segment], first: str, until: tuple[str, ...]) -> Iterator[list[Segment]]:
    """Runs of segments from one named `first` to before the next one or one of `until`."""
    run: list[Segment] = []
    for segment in segments:
        if segment[0] == first or segment[0] in until:
            if run:
                yield run
            run = []
        if segment[0] == first or run:
            run.append(segment)
    if run:
        yield run


def adjusted(segments: list[Segment]) -> Decimal:
    """The sum of the amounts of all CAS among the segments."""
    return sum(
        (Decimal(amount) for s in segments if s[0] == "CAS" for amount in s[3::3]), Decimal(0)
    )
