"""One interchange of an X12 text, from ISA to IEA: its delimiters, groups and transaction sets.

Belongs here: framing within an interchange, control numbers and counts. Does not belong here: what
stands between interchanges (x12), and what a segment means (staging).
"""

import hashlib
import re

from orchestration.ingest.x12_rows import (
    GROUPS_MISCOUNTED,
    GS06_DIFFERS,
    ISA13_DIFFERS,
    SEGMENTS_MISCOUNTED,
    SETS_MISCOUNTED,
    ST02_DIFFERS,
    Envelopes,
    Interchange,
    TransactionSet,
    UnreadableX12Error,
)

BLANKS = " \t\v\f"
BREAKS = "\r\n"
# Wrapping may stand within the name: a second interchange begins anywhere in a line.
ISA = re.compile(
    rf"(?<![0-9A-Za-z])I[{BREAKS}]*+S[{BREAKS}]*+A[{BREAKS}]*+[^0-9A-Za-z{BLANKS}{BREAKS}]"
)
_LONGEST_ISA = 1000  # characters; regularly 106, a few more where it is wrapped
_CANONICAL = "\x1c\x1d\x1e\x1f"


class InterchangeReader:
    """Reads one interchange of a text and adds what it holds to a result.

    `after_isa` is the position of the character behind the letters ISA: the element separator.

    Raises:
        UnreadableX12Error: the interchange cannot be framed.
    """

    def __init__(self, text: str, after_isa: int, result: Envelopes) -> None:
        self.text = text
        self.result = result
        self.number = len(result.interchanges) + 1
        self._read_isa(after_isa)
        self.group: list[str] | None = None  # elements of the open GS
        self.group_count = 0
        self.set_count = 0  # of the open group
        self.ta1: list[str] = []

    def _read_isa(self, start: int) -> None:
        """Read elements and delimiters by position of the separators, not of the characters.

        `start` is the position of the first separator.
        """
        text = self.text
        self.element = text[start]
        before_isa16 = start
        for _ in range(15):
            before_isa16 = text.find(self.element, before_isa16 + 1, start + _LONGEST_ISA)
            if before_isa16 < 0:
                raise UnreadableX12Error("The ISA segment cannot be read: it has too few elements.")
        isa = _without_breaks(text[start:before_isa16], BREAKS).split(self.element)
        self.isa = [value.strip(BLANKS) for value in isa]
        tail = re.compile(
            rf"[{BREAKS}]*+([^{BREAKS}])[{BLANKS}]*+(.)[{BLANKS}{BREAKS}]*+(.?)", re.DOTALL
        ).match(text, before_isa16 + 1)
        if tail is None:
            raise UnreadableX12Error("An interchange does not end (IEA missing).")
        self.component, self.terminator, following = tail.groups()
        self.end_of_isa = tail.start(2)
        if self.terminator in BREAKS and following and not _is_alphanumeric(following):
            # The break is wrapping; the terminator stands after it.
            self.terminator = following
            self.end_of_isa = tail.start(3)
        delimiters = (self.element, self.component, self.terminator)
        if (
            len(set(delimiters)) < 3
            or any(_is_alphanumeric(mark) or mark in BLANKS for mark in delimiters)
            or any(len(self.isa[position]) > 1 for position in (11, 14, 15))
            # A damaged ISA: with a separator lost its elements are other ones than they seem.
            or any(len(value) > 1 and self.terminator in value for value in self.isa)
        ):
            raise UnreadableX12Error(
                "The ISA segment cannot be read: its delimiters are not clear."
            )
        isa11 = self.isa[11]
        # Before version 00402 ISA11 is no separator but a letter.
        has_repetition = len(isa11) == 1 and not _is_alphanumeric(isa11)
        self.repetition = isa11 if has_repetition and isa11 not in delimiters else None

    def read(self) -> int:
        """Read on to the IEA and return the position after it."""
        breaks = BREAKS.replace(self.terminator, "")
        gap = f"[{breaks}]*+"
        mark, element = re.escape(self.terminator), re.escape(self.element)
        # Possessive, and no blank may be the mark: else a long run of blanks takes quadratic time.
        blanks = f"[{BLANKS}{breaks}]*+"
        iea = re.compile(
            rf"{mark}{blanks}I{gap}E{gap}A{blanks}((?:{element}[^{mark}]*+)?)(?:{mark}|\Z)"
        ).search(self.text, self.end_of_isa)
        if iea is None:
            raise UnreadableX12Error("An interchange does not end (IEA missing).")
        # The last terminator of an interchange may be missing: then another may stand before it.
        following = ISA.search(iea[1])
        end = iea.start(1) + following.start() if following else iea.end()
        segments = _without_breaks(self.text[self.end_of_isa : iea.start()], breaks)
        if self.terminator == "\r":
            segments = segments.replace("\r", "\n")
            self.terminator = "\n"
        self.to_canonical = _translation(
            (self.terminator, self.element, self.repetition, self.component)
        )
        self._read_segments(self._tidied(segments))
        self._check_end(_without_breaks(self.text[iea.start(1) : end], BREAKS + self.terminator))
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
        return end

    def _tidied(self, segments: str) -> str:
        """Remove white space around segments and their names, and empty segments.

        Each segment begins with its mark.
        """
        mark = self.terminator
        untidy = [mark + blank for blank in BLANKS] + [blank + mark for blank in BLANKS]
        if segments.endswith((mark, *BLANKS)) or any(
            pair in segments for pair in (*untidy, mark + mark)
        ):
            kept = [segment.strip(BLANKS) for segment in segments.split(mark)]
            segments = "".join(mark + segment for segment in kept if segment)
        if any(blank + self.element in segments for blank in BLANKS):
            # A claim whose CLP is not known as one would be lost, and its lines another one's.
            name = rf"({re.escape(mark)}[0-9A-Za-z]++)[{BLANKS}]++(?={re.escape(self.element)})"
            segments = re.sub(name, r"\1", segments)
        return segments

    def _check_end(self, iea: str) -> None:
        count, control_number = self._elements("IEA" + iea, 2)
        if not _same_number(control_number, self.isa[13]):
            self.result.refuse(ISA13_DIFFERS)
        if not _counts(count, self.group_count):
            self.result.refuse(GROUPS_MISCOUNTED)

    def _elements(self, segment: str, count: int) -> list[str | None]:
        """Return the first elements of a segment after its name, trimmed; None where empty."""
        elements: list[str | None] = [
            value.strip(BLANKS) or None for value in segment.split(self.element)[1 : count + 1]
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
            raise UnreadableX12Error("A functional group does not end (GE missing).")
        self._add_stray(segments[position:])

    def _read_group_segment(self, name: str, segment: str) -> None:
        if name == "GS":
            if self.group is not None:
                raise UnreadableX12Error("A functional group does not end (GE missing).")
            self.group = self._elements(segment, 8)
            self.group_count += 1
            self.result.group_count += 1
            self.set_count = 0
        elif name == "GE" and self.group is not None:
            count, control_number = self._elements(segment, 2)
            if not _same_number(control_number, self.group[5]):
                self.result.refuse(GS06_DIFFERS)
            if not _counts(count, self.set_count):
                self.result.refuse(SETS_MISCOUNTED)
            self.group = None
        elif name in ("SE", "GE"):
            self.result.note(f"A {name} segment that ends nothing is ignored.")
        else:
            raise UnreadableX12Error("An interchange does not end (IEA missing).")

    def _check_group_is_open(self) -> None:
        if self.group is None:
            raise UnreadableX12Error("Segments stand outside a functional group (GS missing).")

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
                problem = ST02_DIFFERS
            elif not _counts(count, self._segment_count(body)):
                problem = SEGMENTS_MISCOUNTED
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
