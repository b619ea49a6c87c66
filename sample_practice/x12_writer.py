"""The X12 envelope: segments in, one interchange's text out, in a trading partner's handwriting.

Segments are built with `*`, `:`, `^` and `~` and translated once at the end; the generator's data
hold none of the characters that any partner uses as a delimiter. Loops stand in the other x12
modules.
"""

from __future__ import annotations

from sample_practice.clock import compact
from sample_practice.model import Style

VERSIONS = {
    "837": ("HC", "005010X222A1"),
    "999": ("FA", "005010X231A1"),
    "277": ("HN", "005010X214"),
    "835": ("HP", "005010X221A1"),
}


def transaction_set(kind: str, number: int, segments: list[str]) -> list[str]:
    """ST, the segments, SE with its count."""
    version = VERSIONS[kind][1]
    control = f"{number:04d}"
    # 835 has no ST03 in its implementation guide.
    start = f"ST*{kind}*{control}" if kind == "835" else f"ST*{kind}*{control}*{version}"
    return [start, *segments, f"SE*{len(segments) + 2}*{control}"]


def group(
    kind: str, sender: str, receiver: str, day: int, minute: int, number: int, sets: list[list[str]]
) -> list[str]:
    """GS, the transaction sets, GE."""
    code, version = VERSIONS[kind]
    clock = f"{minute // 60:02d}{minute % 60:02d}"
    segments = [f"GS*{code}*{sender}*{receiver}*{compact(day)}*{clock}*{number}*X*{version}"]
    for body in sets:
        segments += body
    segments.append(f"GE*{len(sets)}*{number}")
    return segments


def interchange(
    style: Style,
    sender: str,
    receiver: str,
    day: int,
    minute: int,
    control: int,
    groups: list[list[str]],
    extra: list[str] | None = None,
    usage: str = "P",
) -> str:
    """One interchange as text. `extra` are segments outside any group (TA1)."""
    clock = f"{minute // 60:02d}{minute % 60:02d}"
    segments = [
        f"ISA*00*          *00*          *ZZ*{sender:<15}*ZZ*{receiver:<15}*{compact(day)[2:]}*"
        f"{clock}*^*00501*{control:09d}*0*{usage}*:"
    ]
    segments += extra or []
    for body in groups:
        segments += body
    segments.append(f"IEA*{len(groups)}*{control:09d}")
    return handwriting("~".join(segments) + "~", style)


def handwriting(text: str, style: Style) -> str:
    """Standard delimiters become the partner's; line breaks as the partner sets them."""
    spelled = style.element + style.component + style.repetition + style.terminator
    if spelled != "*:^~":
        text = text.translate(str.maketrans("*:^~", spelled))
    if style.breaks == "segment":
        return text.replace(style.terminator, style.terminator + "\n")
    if style.breaks == "eighty":
        return "\r\n".join(text[i : i + 80] for i in range(0, len(text), 80)) + "\r\n"
    return text
