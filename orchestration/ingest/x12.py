"""The X12 envelope: interchanges, functional groups and transaction sets of one file.

Belongs here: bytes, encoding, delimiters (read anew at every ISA), framing, control numbers and
counts. Does not belong here: what a CLP or an SV1 means, which staging models know. A pure function
from bytes to rows; it never raises on bad content.

Decisions where the contract leaves room:
- Control numbers that are numbers by type (ISA13 and IEA02, GS06 and GE02) compare without leading
  zeros; ST02 and SE02 are text and compare exactly.
- Segments between two transaction sets of a group are a set of their own with a frame error, so
  that nothing is lost; between groups or interchanges they quarantine the file.
- Other text before an ISA or after an IEA, and a second SE, GE or IEA, lose nothing: noted.
"""

import re

from orchestration.ingest.x12_interchange import BLANKS, BREAKS, ISA, InterchangeReader
from orchestration.ingest.x12_rows import Envelopes, UnreadableX12Error

_SEGMENT_OUTSIDE = re.compile(r"(?<![0-9A-Za-z])(?:GS|GE|ST|SE|TA1)[^0-9A-Za-z\s,.;:'\"()/-]")

# In lower case, or with a separator that none may have: a blank, a line break, a letter or digit.
_ISA_OUTSIDE = re.compile(r"(?<![0-9A-Za-z])ISA(.)[0-9]{2}\1", re.DOTALL | re.IGNORECASE)


def read_envelopes(content: bytes, is_released: bool = False) -> Envelopes:
    """Read the envelopes of a whole file, given its decompressed content.

    Of a released file, wrong counts and control numbers of interchanges and groups are notes.
    """
    result = Envelopes(is_released=is_released)
    try:
        _read_interchanges(_decoded(content), result)
    except UnreadableX12Error as problem:
        return Envelopes(quarantine_reason=str(problem))
    return result


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def _read_interchanges(text: str, result: Envelopes) -> None:
    position = 0
    while isa := ISA.search(text, position):
        _check_outside(text[position : isa.start()], result)
        position = InterchangeReader(text, isa.end() - 1, result).read()
    if not result.interchanges:
        raise UnreadableX12Error("The file has no ISA segment.")
    _check_outside(text[position:], result)


def _check_outside(text: str, result: Envelopes) -> None:
    if not text.strip(BLANKS + BREAKS + "\ufeff\0\x1a"):
        return
    if _SEGMENT_OUTSIDE.search(text) or _ISA_OUTSIDE.search(text):
        raise UnreadableX12Error("X12 segments stand outside an interchange (ISA missing).")
    result.note("Text outside the interchanges is ignored.")
