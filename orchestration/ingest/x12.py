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

import hashlib
import re
from dataclasses import dataclass, field

_BLANKS = " \t\v\f"
_BREAKS = "\r\n"
_ISA = re.compile(rf"(?<![0-9A-Za-z])ISA[^0-9A-Za-z{_BLANKS}{_BREAKS}]")
_SEGMENT_OUTSIDE = re.compile(r"(?<![0-9A-Za-z])(?:GS|GE|ST|SE|TA1)[^0-9A-Za-z\s,.;:'\"()/-]")
_LONGEST_ISA = 1000  # characters; regularly 106, a few more where it is wrapped
_CANONICAL = "\x1c\x1d\x1e\x1f"


@dataclass(frozen=True, slots=True)
class Interchange:
    """One ISA…IEA; elements trimmed, `ta1` its TA1 segments as text with the file's delimiters."""

    interchange_number: int
    isa06: str
    isa08: str
    isa09: str
    isa10: str
    isa13: str
    isa15: str
    element_separator: str
    component_separator: str
    segment_terminator: str
    ta1: list[str]


@dataclass(frozen=True, slots=True)
class TransactionSet:
    """One ST…SE with the values of its envelopes; numbers count from 1 within the file.

    `body` is its segments joined by the terminator, `body_sha256` the hash of the same segments
    under fixed delimiters, `frame_error` why the set is quarantined alone, or None.
    """

    set_number: int
    interchange_number: int
    group_number: int
    isa06: str
    isa08: str
    isa09: str
    isa13: str
    isa15: str
    gs01: str | None
    gs02: str | None
    gs03: str | None
    gs04: str | None
    gs06: str | None
    gs08: str | None
    st01: str | None
    st02: str | None
    st03: str | None
    element_separator: str
    component_separator: str
    repetition_separator: str | None
    segment_terminator: str
    segment_count: int
    body: str
    body_sha256: str
    frame_error: str | None


@dataclass(slots=True)
class Envelopes:
    """What a file holds. With a quarantine reason (a sentence) it holds nothing that counts."""

    interchanges: list[Interchange] = field(default_factory=list)
    transaction_sets: list[TransactionSet] = field(default_factory=list)
    group_count: int = 0
    notes: list[str] = field(default_factory=list)
    quarantine_reason: str | None = None


class _Unreadable(Exception):
    """The whole file goes to quarantine; never leaves this module."""


def read_envelopes(content: bytes) -> Envelopes:
    """Read the envelopes of a whole file, given its decompressed content."""
    result = Envelopes()
    try:
        _read_interchanges(_decoded(content), result)
    except _Unreadable as problem:
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
    while isa := _ISA.search(text, position):
        _check_outside(text[position : isa.start()], result)
        position = _Interchange(text, isa.start(), result).read()
    if not result.interchanges:
        raise _Unreadable("The file has no ISA segment.")
    _check_outside(text[position:], result)


def _check_outside(text: str, result: Envelopes) -> None:
    if not text.strip(_BLANKS + _BREAKS + "\ufeff\0\x1a"):
        return
    if _SEGMENT_OUTSIDE.search(text):
        raise _Unreadable("X12 segments stand outside an interchange (ISA missing).")
    _note(result, "Text outside the interchanges is ignored.")


def _note(result: Envelopes, note: str) -> None:
    if note not in result.notes:
        result.notes.append(note)


class _Interchange:
    """Reads one interchange of a text and adds what it holds to a result."""

    def __init__(self, text: str, start: int, result: Envelopes) -> None:
        self.text = text
        self.result = result
        self.number = len(result.interchanges) + 1
        self._read_isa(start)
        self.group: list[str] | None = None  # elements of the open GS
        self.group_count = 0
        self.set_count = 0  # of the open group
        self.ta1: list[str] = []

    def _read_isa(self, start: int) -> None:
        """Read elements and delimiters by position of the separators, not of the characters."""
        text = self.text
        self.element = text[start + 3]
        before_isa16 = start + 3
        for _ in range(15):
            before_isa16 = text.find(self.element, before_isa16 + 1, start + _LONGEST_ISA)
            if before_isa16 < 0:
                raise _Unreadable("The ISA segment cannot be read: it has too few elements.")
        isa = _without_breaks(text[start:before_isa16], _BREAKS).split(self.element)
        self.isa = [value.strip(_BLANKS) for value in isa]
        tail = re.compile(
            rf"[{_BREAKS}]*([^{_BREAKS}])[{_BLANKS}]*(.)[{_BLANKS}{_BREAKS}]*(.?)", re.DOTALL
        ).match(text, before_isa16 + 1)
        if tail is None:
            raise _Unreadable("An interchange does not end (IEA missing).")
        self.component, self.terminator, following = tail.groups()
        self.end_of_isa = tail.start(2)
        if self.terminator in _BREAKS and following and not _is_alphanumeric(following):
            # The break is wrapping; the terminator stands after it.
            self.terminator = following
            self.end_of_isa = tail.start(3)
        delimiters = (self.element, self.component, self.terminator)
        if (
            len(set(delimiters)) < 3
            or any(_is_alphanumeric(mark) or mark in _BLANKS for mark in delimiters)
            or any(len(self.isa[position]) > 1 for position in (11, 14, 15))
        ):
            raise _Unreadable("The ISA segment cannot be read: its delimiters are not clear.")
        isa11 = self.isa[11]
        # Before version 00402 ISA11 is no separator but a letter.
        has_repetition = len(isa11) == 1 and not _is_alphanumeric(isa11)
        self.repetition = isa11 if has_repetition and isa11 not in delimiters else None

    def read(self) -> int:
        """Read on to the IEA and return the position after it."""
        breaks = _BREAKS.replace(self.terminator, "")
        gap = f"[{breaks}]*"
        mark, element = re.escape(self.terminator), re.escape(self.element)
        blanks = f"[{_BLANKS}{_BREAKS}]*"
        iea = re.compile(
            rf"{mark}{blanks}I{gap}E{gap}A({gap}{element}[^{mark}]*?)?"
            rf"(?:{blanks}{mark}|{blanks}\Z|(?={blanks}ISA[^0-9A-Za-z{_BLANKS}{_BREAKS}]))"
        ).search(self.text, self.end_of_isa)
        if iea is None:
            raise _Unreadable("An interchange does not end (IEA missing).")
        segments = _without_breaks(self.text[self.end_of_isa : iea.start()], breaks)
        if self.terminator == "\r":
            segments = segments.replace("\r", "\n")
            self.terminator = "\n"
        self.to_canonical = _translation(
            (self.terminator, self.element, self.repetition, self.component)
        )
        self._read_segments(self._tidied(segments))
        self._check_end(_without_breaks(iea[1] or "", _BREAKS))
        self.result.interchanges.append(
            Interchange(
                self.number,
                *(self.isa[position] for position in (6, 8, 9, 10, 13, 15)),
                self.element,
                self.component,
                self.terminator,
                self.ta1,
            )
        )
        return iea.end()

    def _tidied(self, segments: str) -> str:
        """Remove white space around segments, and empty segments; each begins with its mark."""
        mark = self.terminator
        untidy = [mark + blank for blank in _BLANKS] + [blank + mark for blank in _BLANKS]
        if segments.endswith((mark, *_BLANKS)) or any(
            pair in segments for pair in (*untidy, mark + mark)
        ):
            kept = [segment.strip(_BLANKS) for segment in segments.split(mark)]
            segments = "".join(mark + segment for segment in kept if segment)
        return segments

    def _check_end(self, iea: str) -> None:
        count, control_number = self._elements("IEA" + iea, 2)
        if not _same_number(control_number, self.isa[13]):
            raise _Unreadable("ISA13 and IEA02 differ.")
        if not _counts(count, self.group_count):
            raise _Unreadable("IEA01 does not count the functional groups.")

    def _elements(self, segment: str, count: int) -> list[str | None]:
        """Return the first elements of a segment after its name, trimmed; None where empty."""
        elements: list[str | None] = [
            value.strip(_BLANKS) or None for value in segment.split(self.element)[1 : count + 1]
        ]
        return elements + [None] * (count - len(elements))

    def _read_segments(self, segments: str) -> None:
        mark, element = re.escape(self.terminator), re.escape(self.element)
        envelope = re.compile(
            rf"{mark}((ISA|IEA|GS|GE|ST|SE|TA1)(?:{element}[^{mark}]*)?)(?={mark}|\Z)"
        )
        st: str | None = None  # the open ST
        set_start = 0  # where it begins
        position = 0  # behind the last segment that is accounted for
        for match in envelope.finditer(segments):
            segment, name = match.groups()
            if st is not None:
                if name == "TA1":
                    continue
                is_closed = name == "SE"
                position = match.end() if is_closed else match.start()
                body = segments[set_start:position]
                self._add_set(body, st, segment if is_closed else None)
                st = None
                if is_closed:
                    continue
            self._add_stray(segments[position : match.start()])
            position = match.end()
            if name == "ST":
                self._check_group_is_open()
                st, set_start = segment, match.start() + 1
                self.set_count += 1
            elif name == "TA1" and self.group is None:
                self.ta1.append(segment)
            elif name == "TA1":
                self._add_stray(match[0])
            else:
                self._read_group_segment(name, segment)
        if st is not None or self.group is not None:
            raise _Unreadable("A functional group does not end (GE missing).")
        self._add_stray(segments[position:])

    def _read_group_segment(self, name: str, segment: str) -> None:
        if name == "GS":
            if self.group is not None:
                raise _Unreadable("A functional group does not end (GE missing).")
            self.group = self._elements(segment, 8)
            self.group_count += 1
            self.result.group_count += 1
            self.set_count = 0
        elif name == "GE" and self.group is not None:
            count, control_number = self._elements(segment, 2)
            if not _same_number(control_number, self.group[5]):
                raise _Unreadable("GS06 and GE02 differ.")
            if not _counts(count, self.set_count):
                raise _Unreadable("GE01 does not count the transaction sets.")
            self.group = None
        elif name in ("SE", "GE"):
            _note(self.result, f"A {name} segment that ends nothing is ignored.")
        else:
            raise _Unreadable("An interchange does not end (IEA missing).")

    def _check_group_is_open(self) -> None:
        if self.group is None:
            raise _Unreadable("Segments stand outside a functional group (GS missing).")

    def _add_stray(self, segments: str) -> None:
        if segments:
            self._check_group_is_open()
            problem = "The segments stand outside a transaction set (ST missing)."
            self._append(segments.lstrip(self.terminator), [None] * 3, problem)

    def _add_set(self, body: str, st: str, se: str | None) -> None:
        st_elements = self._elements(st, 3)
        problem = None
        if se is None:
            problem = "The transaction set does not end (SE missing)."
        else:
            count, control_number = self._elements(se, 2)
            if control_number != st_elements[1]:
                problem = "ST02 and SE02 differ."
            elif not _counts(count, self._segment_count(body)):
                problem = "SE01 does not count the segments."
        self._append(body, st_elements, problem)

    def _segment_count(self, body: str) -> int:
        return body.count(self.terminator) + 1

    def _append(self, body: str, st: list[str | None], problem: str | None) -> None:
        group = self.group
        self.result.transaction_sets.append(
            TransactionSet(
                len(self.result.transaction_sets) + 1,
                self.number,
                self.result.group_count,
                *(self.isa[position] for position in (6, 8, 9, 13, 15)),
                *(group[position] for position in (0, 1, 2, 3, 5, 7)),
                *st,
                self.element,
                self.component,
                self.repetition,
                self.terminator,
                self._segment_count(body),
                body,
                _canonical_hash(body, self.to_canonical),
                problem,
            )
        )


def _without_breaks(text: str, breaks: str) -> str:
    for line_break in breaks:
        text = text.replace(line_break, "")
    return text


def _is_alphanumeric(mark: str) -> bool:
    return mark.isascii() and mark.isalnum()


def _same_number(one: str | None, other: str | None) -> bool:
    if one is None or other is None:
        return False
    if _is_number(one) and _is_number(other):
        return one.lstrip("0") == other.lstrip("0")
    return one == other


def _counts(text: str | None, count: int) -> bool:
    return text is not None and _is_number(text) and (text.lstrip("0") or "0") == str(count)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _translation(delimiters: tuple[str | None, ...]) -> dict[int, int]:
    return {
        ord(mark): ord(canonical)
        for mark, canonical in zip(delimiters, _CANONICAL, strict=True)
        if mark is not None
    }


def _canonical_hash(body: str, to_canonical: dict[int, int]) -> str:
    if max(to_canonical) < 128:
        # A table over bytes is ten times as fast, and the same: UTF-8 has ASCII only as itself.
        table = bytes.maketrans(bytes(to_canonical), bytes(to_canonical.values()))
        return hashlib.sha256(body.encode().translate(table)).hexdigest()
    return hashlib.sha256(body.translate(to_canonical).encode()).hexdigest()
