"""X12 files down to transaction sets: framing, file quarantine, repeated sets.

A segment is a list of elements, an element that has components stays text with its separator
written as ":". What a segment means is the business of x12_claims and x12_remittances.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from oracle.files import LandedFile

Segment = list[str]


class Malformed(Exception):
    """A file or set that the contract quarantines."""


@dataclass
class Interchange:
    number: str
    day: date
    time: str
    sender: str
    receiver: str
    is_test: bool
    order: tuple
    ta1s: list[Segment] = field(default_factory=list)


@dataclass
class TransactionSet:
    """ST to SE. `order` is file order, then place in the file; problem: why it is quarantined."""

    interchange: Interchange
    group_number: str
    group_date: str
    group_kind: str
    kind: str
    number: str
    version: str
    segments: list[Segment]
    path: str
    order: tuple
    problem: str | None = None
    outcome: str = "staged"


def read_file(file: LandedFile) -> tuple[list[Interchange], list[TransactionSet]]:
    """All interchanges and sets of one file; Malformed when the whole file is quarantined."""
    text = file.content.decode("latin-1").lstrip("\xef\xbb\xbf \r\n\t")
    if not text.startswith("ISA"):
        raise Malformed("no ISA")
    interchanges, sets, at = [], [], 0
    while text[at:].strip():
        segments, at = _interchange_segments(text, at)
        _read_interchange(file, segments, interchanges, sets)
    return interchanges, sets


def _interchange_segments(text: str, at: int) -> tuple[list[Segment], int]:
    while text[at].isspace():
        at += 1
    if not text.startswith("ISA", at):
        raise Malformed("text between interchanges")
    element = text[at + 3]
    taken, place = "", at
    while len(taken) < 105:
        if place >= len(text):
            raise Malformed("ISA is cut off")
        if text[place] not in "\r\n":
            taken += text[place]
        place += 1
    component, terminator = taken[104], text[place]
    if terminator in "\r\n" and not text[place:].lstrip("\r\n").startswith(("GS", "TA1", "IEA")):
        while text[place] in "\r\n":
            place += 1
        terminator = text[place]
    if terminator == "\r" and text[place : place + 2] == "\r\n":
        terminator = "\n"
        place += 1
    segments, current = [_elements(taken, element, component)], ""
    place += 1
    while place < len(text):
        char = text[place]
        place += 1
        if char == terminator:
            segment = _elements(current.strip(), element, component)
            if segment != [""]:
                segments.append(segment)
            current = ""
            if segment[0] == "IEA":
                return segments, place
        elif char not in "\r\n":
            current += char
    last = _elements(current.strip(), element, component)
    if last[0] != "IEA":
        raise Malformed("IEA is missing")
    return [*segments, last], place


def _elements(text: str, element: str, component: str) -> Segment:
    head = text.split(element)
    if head[0] == "ISA":
        return [part.strip() for part in head]
    return [part.replace(component, ":").strip() for part in head]


def _read_interchange(file, segments, interchanges, sets) -> None:
    isa, iea = segments[0], segments[-1]
    interchange = Interchange(
        number=isa[13],
        day=datetime.strptime(isa[9], "%y%m%d").date(),  # noqa: DTZ007
        time=isa[10],
        sender=isa[6],
        receiver=isa[8],
        is_test=isa[15] == "T",
        order=(file.order, len(interchanges)),
    )
    interchanges.append(interchange)
    if iea[2:3] != [isa[13]] or iea[1] != str(sum(one[0] == "GS" for one in segments)):
        raise Malformed("IEA does not fit ISA")
    group: Segment | None = None
    opened: list[Segment] | None = None
    inside = 0
    for segment in segments[1:-1]:
        name = segment[0]
        if name == "TA1":
            interchange.ta1s.append(segment)
        elif name == "GS":
            if group is not None:
                raise Malformed("GE is missing")
            group, inside = segment, 0
        elif name == "ST":
            if opened is not None:
                sets.append(_set(file, interchange, group, opened, "SE is missing", len(sets)))
            opened = [segment]
            inside += 1
        elif name == "SE":
            problem = None
            if segment[2] != opened[0][2]:
                problem = "ST02 is not SE02"
            elif segment[1] != str(len(opened) + 1):
                problem = "SE01 miscounts"
            opened.append(segment)
            sets.append(_set(file, interchange, group, opened, problem, len(sets)))
            opened = None
        elif name == "GE":
            if opened is not None:
                sets.append(_set(file, interchange, group, opened, "SE is missing", len(sets)))
                opened = None
            if group is None or segment[2] != group[6] or segment[1] != str(inside):
                raise Malformed("GE does not fit GS")
            group = None
        elif opened is not None:
            opened.append(segment)
    if group is not None:
        raise Malformed("GE is missing")


def _set(file, interchange, group, segments, problem, place) -> TransactionSet:
    st = segments[0]
    version = st[3] if len(st) > 3 else group[8]
    return TransactionSet(
        interchange=interchange,
        group_number=group[6],
        group_date=group[4],
        group_kind=group[1],
        kind=st[1],
        number=st[2],
        version=version[:10],
        segments=segments,
        path=file.path,
        order=(file.order, place),
        problem=problem,
    )


def is_used(one: TransactionSet) -> bool:
    """Whether the warehouse reads this kind of transaction at all."""
    return (one.kind, one.version) in {
        ("837", "005010X222"),
        ("999", "005010X231"),
        ("277", "005010X214"),
        ("835", "005010X221"),
    }


def mark_repeats(sets: list[TransactionSet]) -> None:
    """A set that repeats an earlier one is superseded; tests neither repeat nor are repeated."""
    seen = set()
    for one in sets:
        if one.problem is not None or one.interchange.is_test or not is_used(one):
            continue
        sender = one.interchange
        body = tuple(tuple(segment) for segment in one.segments)
        key = (sender.sender, sender.receiver, sender.number, one.group_number, body)
        if key in seen:
            one.outcome = "superseded"
        seen.add(key)
