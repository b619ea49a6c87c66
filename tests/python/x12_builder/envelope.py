"""ISA, GS, ST and what ends them, with their counts and delimiters."""

from collections.abc import Sequence
from dataclasses import dataclass

from x12_builder.values import Date, compact, joined

GROUP_CODES = {"837": "HC", "999": "FA", "277": "HN", "835": "HP"}
VERSIONS = {
    "837": "005010X222A1",
    "999": "005010X231A1",
    "277": "005010X214",
    "835": "005010X221A1",
}


@dataclass(frozen=True)
class Style:
    """Delimiters; a `line_break` after each terminator, or after every `wrap` characters."""

    element: str = "*"
    component: str = ":"
    repetition: str = "^"
    terminator: str = "~"
    line_break: str = "\n"
    wrap: int | None = None


def interchange(
    *groups: list[str],
    control_number: int = 1,
    date: Date = "2026-01-05",
    usage: str = "P",
    ta1s: Sequence[str] = (),
    sender: str = "PRACTICE",
    receiver: str = "CLEARING",
    style: Style = Style(),
) -> str:
    """ISA, the TA1s, the groups, IEA as text. usage "T" marks a test."""
    head = (
        f"ISA*00*{'':10}*00*{'':10}*ZZ*{sender:<15}*ZZ*{receiver:<15}*{compact(date)[2:]}*0800*^"
        f"*00501*{control_number:09d}*0*{usage}*:"
    )
    inner = [segment for one in groups for segment in one]
    return written([head, *ta1s, *inner, f"IEA*{len(groups)}*{control_number:09d}"], style)


def group(
    *sets: list[str],
    control_number: int = 1,
    date: Date = "2026-01-05",
    version: str | None = None,
    sender: str = "PRACTICE",
    receiver: str = "CLEARING",
) -> list[str]:
    """GS, the sets, GE. GS01 and GS08 follow the kind of the first set."""
    kind = sets[0][0].split("*")[1]
    head = (
        f"GS*{GROUP_CODES.get(kind, 'XX')}*{sender}*{receiver}*{compact(date)}*0800*"
        f"{control_number}*X*{version or VERSIONS.get(kind, '005010')}"
    )
    inner = [segment for one in sets for segment in one]
    return [head, *inner, f"GE*{len(sets)}*{control_number}"]


def closed(kind: str, segments: Sequence[str], control_number: str = "0001") -> list[str]:
    """ST, the segments, SE with its count. The 835 has no ST03."""
    version = None if kind == "835" else VERSIONS.get(kind)
    return [
        joined("ST", kind, control_number, version),
        *segments,
        f"SE*{len(segments) + 2}*{control_number}",
    ]


def written(segments: Sequence[str], style: Style = Style()) -> str:
    """Segments as text with the delimiters and line breaks of a style."""
    end = "~\n" if style.wrap is None else "~"
    text = "".join(segment + end for segment in segments)
    marks = style.element + style.component + style.repetition + style.terminator
    table = {ord(one): other for one, other in zip("*:^~", marks, strict=True)}
    table[ord("\n")] = style.line_break
    text = text.translate(table)
    if style.wrap is None:
        return text
    pieces = [text[i : i + style.wrap] for i in range(0, len(text), style.wrap)]
    return style.line_break.join(pieces)
