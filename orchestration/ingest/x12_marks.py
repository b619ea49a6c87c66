"""Marks of an X12 text: what delimits it, how its numbers compare, what its hash is made of.

Belongs here: pure functions over text. Does not belong here: the order of segments
(x12_interchange).
"""

import hashlib
import re

BLANKS = " \t\v\f"
BREAKS = "\r\n"
_HASHED_AT_ONCE = 1 << 24
# In the place of a file's own: before a segment, after an element, between repetitions and
# between components.
MARKS = "\x1c\x1d\x1e\x1f"
_SEGMENT, _ELEMENT = MARKS[0].encode(), MARKS[1].encode()


def iea_pattern(mark: str, element: str, breaks: str) -> re.Pattern[str]:
    mark, element, gap = re.escape(mark), re.escape(element), f"[{breaks}]*+"
    # Possessive, and no blank may be the mark: else a long run of blanks takes quadratic time.
    blanks = f"[{BLANKS}{breaks}]*+"
    return re.compile(
        rf"{mark}{blanks}I{gap}E{gap}A{blanks}((?:{element}[^{mark}]*+)?)(?:{mark}|\Z)"
    )


def envelope_pattern(mark: str, element: str) -> re.Pattern[str]:
    mark, element = re.escape(mark), re.escape(element)
    return re.compile(rf"{mark}((ISA|IEA|GS|GE|ST|SE|TA1)(?:{element}[^{mark}]*)?)(?={mark}|\Z)")


def without_breaks(text: str, breaks: str) -> str:
    for line_break in breaks:
        text = text.replace(line_break, "")
    return text


def is_alphanumeric(mark: str) -> bool:
    return mark.isascii() and mark.isalnum()


def same_number(one: str | None, other: str | None) -> bool:
    if one is None or other is None:
        return False
    if _is_number(one) and _is_number(other):
        return one.lstrip("0") == other.lstrip("0")
    return one == other


def counts(text: str | None, count: int) -> bool:
    return text is not None and _is_number(text) and (text.lstrip("0") or "0") == str(count)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def to_canonical(delimiters: tuple[str | None, ...]) -> dict[int, int]:
    """Our marks by a file's; one of ours that is data there becomes a blank."""
    blanked = {ord(mark): ord(" ") for mark in MARKS}
    return blanked | {
        ord(mark): ord(ours)
        for mark, ours in zip(delimiters, MARKS, strict=True)
        if mark is not None
    }


def canonical(text: str, marks: dict[int, int]) -> tuple[str, str]:
    """Segments under our marks, each between the first and the second, and their hash.

    An element ends even where a segment has none, so that its name and that mark tell a segment.
    """
    # A table over bytes is ten times as fast, and the same: UTF-8 has ASCII only as itself.
    is_ascii = max(marks) < 128
    table = bytes.maketrans(bytes(marks), bytes(marks.values())) if is_ascii else b""
    digest = hashlib.sha256(_SEGMENT)
    parts = []
    for start in range(0, len(text), _HASHED_AT_ONCE):
        part = text[start : start + _HASHED_AT_ONCE]
        part = part.encode().translate(table) if is_ascii else part.translate(marks).encode()
        part = part.replace(_SEGMENT, _ELEMENT + _SEGMENT)
        digest.update(part)
        parts.append(part.decode())
    digest.update(_ELEMENT)
    return "".join([MARKS[0], *parts, MARKS[1]]), digest.hexdigest()
