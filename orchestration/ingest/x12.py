"""The X12 envelope: interchanges, functional groups and transaction sets of one file.

Belongs here: bytes, encoding, delimiters (read anew at every ISA), framing, control numbers and
counts. Does not belong here: what a CLP or an SV1 means, which staging models know. It reads a
text in portions, and what it yields of a file that is then refused is not to be kept.

Decisions where the contract leaves room:
- Control numbers that are numbers by type (ISA13 and IEA02, GS06 and GE02) compare without leading
  zeros; ST02 and SE02 are text and compare exactly.
- Segments between two transaction sets of a group are a set of their own with a frame error, so
  that nothing is lost; between groups or interchanges they quarantine the file.
- Other text before an ISA or after an IEA, and a second SE, GE or IEA, lose nothing: noted.
"""

import io
import re
from collections.abc import Iterator
from typing import TextIO

from orchestration.ingest.x12_interchange import ISA, InterchangeReader
from orchestration.ingest.x12_marks import BLANKS, BREAKS
from orchestration.ingest.x12_rows import (
    Envelopes,
    Interchange,
    TransactionSet,
    UnreadableX12Error,
)
from orchestration.ingest.x12_window import Window

_SEGMENT_OUTSIDE = re.compile(r"(?<![0-9A-Za-z])(?:GS|GE|ST|SE|TA1)[^0-9A-Za-z\s,.;:'\"()/-]")

# In lower case, or with a separator that none may have: a blank, a line break, a letter or digit.
_ISA_OUTSIDE = re.compile(r"(?<![0-9A-Za-z])ISA(.)[0-9]{2}\1", re.DOTALL | re.IGNORECASE)

_BEGINNING_OF_ISA = re.compile(rf"I[{BREAKS}]*+(?:S[{BREAKS}]*+(?:A[{BREAKS}]*+)?+)?+\Z")
# As long as what is searched for outside, and a character to look back at.
_LOOKED_BACK_AT = 8


def read_envelopes(content: bytes, is_released: bool = False) -> Envelopes:
    """Read the envelopes of a whole file, given its decompressed content; never raises.

    Of a released file, wrong counts and control numbers of interchanges and groups are notes.
    """
    result = Envelopes(is_released=is_released)
    try:
        for row in rows_of(io.StringIO(_decoded(content), newline=""), result):
            kept = result.interchanges if isinstance(row, Interchange) else result.transaction_sets
            kept.append(row)
    except UnreadableX12Error as problem:
        return Envelopes(quarantine_reason=str(problem))
    return result


def rows_of(
    stream: TextIO, result: Envelopes, characters_at_once: int | None = None
) -> Iterator[Interchange | TransactionSet]:
    """Yield the rows of a file, given its text, and keep counts and notes in a result.

    Raises:
        UnreadableX12Error: nothing of the file counts.
    """
    window = Window(stream, characters_at_once)
    while (isa := _next_isa(window, result)) is not None:
        yield from InterchangeReader(window, isa.end() - 1, result).rows()


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def _next_isa(window: Window, result: Envelopes) -> re.Match[str] | None:
    """Find the next interchange, have its ISA in view, and judge what stands outside before it.

    Raises:
        UnreadableX12Error: segments stand there, or the file has no interchange.
    """
    outside = _Outside()
    while (isa := ISA.search(window.text, window.position)) is None and not window.is_end:
        beginning = _BEGINNING_OF_ISA.search(window.text, window.position)
        end = beginning.start() if beginning else len(window.text)
        outside.read(window.text[window.position : end])
        window.pass_over(end)
        window.more()
    if isa is None and not result.interchange_count:
        raise UnreadableX12Error("The file has no ISA segment.")
    outside.read(window.text[window.position : isa.start() if isa else None])
    if outside.has_segments:
        raise UnreadableX12Error("X12 segments stand outside an interchange (ISA missing).")
    if outside.has_text:
        result.note("Text outside the interchanges is ignored.")
    return isa


class _Outside:
    """What stands outside interchanges, read in portions."""

    def __init__(self) -> None:
        self.has_text = self.has_segments = False
        self._before = ""

    def read(self, text: str) -> None:
        """Read on. Gigabytes of blanks or NUL bytes are not searched for segments."""
        # What begins on the first character kept was seen whole, with what is before it.
        start = 1 if len(self._before) == _LOOKED_BACK_AT else 0
        is_blank = not text.strip(BLANKS + BREAKS + "\ufeff\0\x1a")
        self.has_text = self.has_text or not is_blank
        searched = self._before + (text[:_LOOKED_BACK_AT] if is_blank else text)
        self.has_segments = self.has_segments or bool(
            _SEGMENT_OUTSIDE.search(searched, start) or _ISA_OUTSIDE.search(searched, start)
        )
        self._before = (self._before + text[-_LOOKED_BACK_AT:])[-_LOOKED_BACK_AT:]
