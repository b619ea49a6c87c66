"""X12 files of a wanted size for `benchmarks.x12`, from the sample practice's own writer.

Belongs here: which sets lie in which file. Does not belong here: what reads them.

The sets of a generated practice are put under one envelope with the usual delimiters, which every
reader understands, and are repeated under other control numbers until the size is reached.
"""

from collections.abc import Iterator
from datetime import date
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from orchestration.ingest.discovery import open_content
from orchestration.ingest.x12 import read_envelopes
from orchestration.ingest.x12_marks import MARKS
from sample_practice.cli import generate

_ENVELOPES = {"835": ("HP", "005010X221A1"), "837P": ("HC", "005010X222A1")}
_SENDER = "SENDER         "
_RECEIVER = "RECEIVER       "


class Sets:
    """The 835 and 837P transaction sets of a generated practice, as lists of segments."""

    def __init__(self, visits: int = 3_000) -> None:
        self._sets: dict[str, list[list[str]]] = {kind: [] for kind in _ENVELOPES}
        with TemporaryDirectory() as folder:
            landing = Path(folder) / "landing"
            generate(landing, None, 1, visits, date(2026, 1, 1), date(2026, 6, 30))
            for path in sorted((landing / "x12").rglob("*")):
                if path.is_file():
                    self._add(path)

    def _add(self, path: Path) -> None:
        with open_content(path) as stream:
            found = read_envelopes(stream.read())
        for one in found.transaction_sets:
            kind = {"835": "835", "837": "837P"}.get(one.st01)
            if kind is None or one.frame_error is not None or one.isa15 == "T":
                continue
            text = one.body.translate(str.maketrans(MARKS, "~*^:"))
            self._sets[kind].append([segment[:-1] for segment in text.split("~")[1:]])

    def write(self, path: Path, kind: str, byte_count: int, isa13: int = 1) -> int:
        """Write one file of many sets, and return its size."""
        path.parent.mkdir(parents=True, exist_ok=True)
        code, version = _ENVELOPES[kind]
        written = number = 0
        with path.open("w", encoding="ascii", newline="") as stream:
            written += stream.write(
                _isa(isa13) + f"GS*{code}*PRACTICE*PAYER*20260630*0900*1*X*{version}~"
            )
            for number in count(1):
                written += stream.write("~".join(self._numbered(kind, number)) + "~")
                if written >= byte_count:
                    break
            written += stream.write(f"GE*{number}*1~IEA*1*{isa13:09d}~")
        return written

    def _numbered(self, kind: str, number: int) -> Iterator[str]:
        """The next set, under a control number of its own."""
        segments = self._sets[kind][number % len(self._sets[kind])]
        control = f"{number:09d}"
        start, end = segments[0].split("*"), segments[-1].split("*")
        start[2] = end[2] = control
        return iter(["*".join(start), *segments[1:-1], "*".join(end)])

    def write_one_set(self, path: Path, byte_count: int) -> int:
        """Write an 835 of a single set, which is as long as the file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        head, claims = _split(self._sets["835"][0])
        claims = [claim for one in self._sets["835"] for claim in _split(one)[1]]
        written = segments = 0
        with path.open("w", encoding="ascii", newline="") as stream:
            written += stream.write(
                _isa(1) + "GS*HP*PAYER*PRACTICE*20260630*0900*1*X*005010X221A1~"
            )
            written += stream.write("~".join(head) + "~")
            for number in count():
                claim = claims[number % len(claims)]
                written += stream.write("~".join(claim) + "~")
                segments += len(claim)
                if written >= byte_count:
                    break
            se01 = segments + len(head) + 1
            written += stream.write(f"SE*{se01}*{head[0].split('*')[2]}~GE*1*1~IEA*1*000000001~")
        return written


def _isa(isa13: int) -> str:
    return (
        f"ISA*00*          *00*          *ZZ*{_SENDER}*ZZ*{_RECEIVER}*260630*0900*^*00501*"
        f"{isa13:09d}*0*P*:~"
    )


def _split(segments: list[str]) -> tuple[list[str], list[list[str]]]:
    """What stands before the first claim payment, and each claim payment; without PLB and SE."""
    starts = [place for place, one in enumerate(segments) if one.startswith("CLP*")]
    ends = [place for place, one in enumerate(segments) if one.startswith(("LX*", "PLB*", "SE*"))]
    claims = [
        segments[start : min(place for place in [*starts, *ends] if place > start)]
        for start in starts
    ]
    return segments[: starts[0]], claims
