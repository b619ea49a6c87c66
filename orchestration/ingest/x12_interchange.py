"""One interchange of an X12 text, from ISA to IEA: its delimiters, groups and transaction sets.

Belongs here: framing within an interchange, control numbers and counts. Does not belong here: what
stands between interchanges (x12), and what a segment means (staging).
"""

import re
from collections.abc import Iterator

from orchestration.ingest.x12_marks import (
    BLANKS,
    BREAKS,
    canonical,
    counts,
    envelope_pattern,
    iea_pattern,
    is_alphanumeric,
    same_number,
    to_canonical,
    without_breaks,
)
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
from orchestration.ingest.x12_window import Window

# Wrapping may stand within the name: a second interchange begins anywhere in a line.
ISA = re.compile(
    rf"(?<![0-9A-Za-z])I[{BREAKS}]*+S[{BREAKS}]*+A[{BREAKS}]*+[^0-9A-Za-z{BLANKS}{BREAKS}]"
)
_LONGEST_ISA = 1000  # characters; regularly 106, a few more where it is wrapped
# A text without terminators would fill memory, and is no X12.
_LONGEST_SEGMENT = 1 << 24
# A set is one value of the database, which holds several of its size while it is stored.
_LONGEST_SET = 512 << 20


class InterchangeReader:
    """Reads one interchange of a text, in portions that end with a segment.

    `after_isa` is the position of the character behind the letters ISA: the element separator.
    Numbers, counts and notes go on in the result of the file.

    Raises:
        UnreadableX12Error: the interchange cannot be framed; also while its rows are read.
    """

    def __init__(self, window: Window, after_isa: int, result: Envelopes) -> None:
        self.window = window
        self.result = result
        self.result.interchange_count += 1
        self.number = result.interchange_count
        self._read_isa(after_isa)
        self.group: list[str] | None = None  # elements of the open GS
        self.group_count = 0
        self.set_count = 0  # of the open group
        self.ta1: list[str] = []
        self.st: str | None = None  # the open ST
        self.unread: list[str] = []  # from where it begins, or behind what is accounted for

    def _read_isa(self, start: int) -> None:
        """Read elements and delimiters by position of the separators, not of the characters.

        `start` is the position of the first separator.
        """
        self.window.fill(start + _LONGEST_ISA)
        text = self.window.text
        self.element = text[start]
        before_isa16 = start
        for _ in range(15):
            before_isa16 = text.find(self.element, before_isa16 + 1, start + _LONGEST_ISA)
            if before_isa16 < 0:
                raise UnreadableX12Error("The ISA segment cannot be read: it has too few elements.")
        isa = without_breaks(text[start:before_isa16], BREAKS).split(self.element)
        self.isa = [value.strip(BLANKS) for value in isa]
        tail = self._tail_of_isa(before_isa16 + 1)
        if tail is None:
            raise UnreadableX12Error("An interchange does not end (IEA missing).")
        self.component, self.terminator, following = tail.groups()
        self.end_of_isa = tail.start(2)
        if self.terminator in BREAKS and following and not is_alphanumeric(following):
            # The break is wrapping; the terminator stands after it.
            self.terminator = following
            self.end_of_isa = tail.start(3)
        delimiters = (self.element, self.component, self.terminator)
        if (
            len(set(delimiters)) < 3
            or any(is_alphanumeric(mark) or mark in BLANKS for mark in delimiters)
            or any(len(self.isa[position]) > 1 for position in (11, 14, 15))
            # A damaged ISA: with a separator lost its elements are other ones than they seem.
            or any(len(value) > 1 and self.terminator in value for value in self.isa)
        ):
            raise UnreadableX12Error(
                "The ISA segment cannot be read: its delimiters are not clear."
            )
        isa11 = self.isa[11]
        # Before version 00402 ISA11 is no separator but a letter.
        has_repetition = len(isa11) == 1 and not is_alphanumeric(isa11)
        self.repetition = isa11 if has_repetition and isa11 not in delimiters else None

    def _tail_of_isa(self, position: int) -> re.Match[str] | None:
        """Find ISA16, the terminator, and the character after it that is no break."""
        tail = re.compile(
            rf"[{BREAKS}]*+([^{BREAKS}])[{BLANKS}]*+(.)[{BLANKS}{BREAKS}]*+(.?)", re.DOTALL
        )
        found = tail.match(self.window.text, position)
        while (found is None or not found[3]) and self.window.more():
            found = tail.match(self.window.text, position)
        return found

    def rows(self) -> Iterator[TransactionSet | Interchange]:
        """Yield the sets, then the interchange; the window stands behind the IEA afterwards."""
        window = self.window
        window.pass_over(self.end_of_isa)
        mark = self.terminator
        breaks = BREAKS.replace(mark, "")
        self.terminator = "\n" if mark == "\r" else mark
        self.to_canonical = to_canonical(
            (self.terminator, self.element, self.repetition, self.component)
        )
        self.envelope = envelope_pattern(self.terminator, self.element)
        iea_of_it = iea_pattern(mark, self.element, breaks)
        while (iea := self._iea_in_view(iea_of_it, mark)) is None:
            if window.is_end:
                raise UnreadableX12Error("An interchange does not end (IEA missing).")
            end = window.text.rindex(mark)
            yield from self._read_segments(self._tidied(window.text[window.position : end], breaks))
            window.pass_over(end)
            window.more()
        # The last terminator of an interchange may be missing: then another may stand before it.
        following = ISA.search(iea[1])
        end = iea.start(1) + following.start() if following else iea.end()
        segments = window.text[window.position : iea.start()]
        yield from self._read_segments(self._tidied(segments, breaks))
        yield from self._read_last_segments()
        self._check_end(without_breaks(window.text[iea.start(1) : end], BREAKS + mark))
        window.pass_over(end)
        yield Interchange(
            self.number,
            *(self.isa[position] for position in (6, 8, 9, 10, 13, 15)),
            self.element,
            self.component,
            self.terminator,
            self.ta1,
        )

    def _iea_in_view(self, iea: re.Pattern[str], mark: str) -> re.Match[str] | None:
        """Find the IEA among the segments that are whole in view.

        None: there are others, or the text is at its end.
        """
        window = self.window
        while True:
            last = window.text.rindex(mark)
            end = len(window.text) if window.is_end else last + 1
            found = iea.search(window.text, window.position, end)
            if found or last > window.position or window.is_end:
                return found
            if len(window.text) - last > _LONGEST_SEGMENT:
                # An interchange that lacks its last terminator, with one after it that has another.
                found = iea.match(window.text, window.position)
                if found and ISA.search(found[1]):
                    return found
                raise UnreadableX12Error("A segment has more than 16 million characters.")
            window.more()

    def _tidied(self, segments: str, breaks: str) -> str:
        """Remove breaks, white space around segments and their names, and empty segments.

        Each segment begins with its mark, which is no "\\r" afterwards.
        """
        segments = without_breaks(segments, breaks).replace("\r", "\n")
        mark = self.terminator
        # Looking for a single character takes a hundredth of what looking for a pair takes.
        blanks = [blank for blank in BLANKS if blank in segments]
        untidy = [mark + blank for blank in blanks] + [blank + mark for blank in blanks]
        if segments.endswith((mark, *BLANKS)) or any(
            pair in segments for pair in (*untidy, mark + mark)
        ):
            kept = [segment.strip(BLANKS) for segment in segments.split(mark)]
            segments = "".join(mark + segment for segment in kept if segment)
        if any(blank + self.element in segments for blank in blanks):
            # A claim whose CLP is not known as one would be lost, and its lines another one's.
            name = rf"({re.escape(mark)}[0-9A-Za-z]++)[{BLANKS}]++(?={re.escape(self.element)})"
            segments = re.sub(name, r"\1", segments)
        return segments

    def _check_end(self, iea: str) -> None:
        count, control_number = self._elements("IEA" + iea, 2)
        if not same_number(control_number, self.isa[13]):
            self.result.refuse(ISA13_DIFFERS)
        if not counts(count, self.group_count):
            self.result.refuse(GROUPS_MISCOUNTED)

    def _elements(self, segment: str, count: int) -> list[str | None]:
        """Return the first elements of a segment after its name, trimmed; None where empty."""
        elements: list[str | None] = [
            value.strip(BLANKS) or None for value in segment.split(self.element)[1 : count + 1]
        ]
        return elements + [None] * (count - len(elements))

    def _read_segments(self, segments: str) -> Iterator[TransactionSet]:
        position = 0  # behind what is accounted for, or where the open set begins
        for match in self.envelope.finditer(segments):
            segment, name = match.groups()
            if self.st is not None:
                if name == "TA1":
                    continue
                is_closed = name == "SE"
                end = match.end() if is_closed else match.start()
                body = self._with_unread(segments[position:end])
                yield self._set(body, self.st, segment if is_closed else None)
                self.st, position = None, end
                if is_closed:
                    continue
            yield from self._stray(self._with_unread(segments[position : match.start()]))
            position = match.end()
            if name == "ST":
                self._check_group_is_open()
                self.st, position = segment, match.start() + 1
                self.set_count += 1
            elif name == "TA1" and self.group is None:
                self.ta1.append(segment)
            elif name == "TA1":
                yield from self._stray(match[0])
            else:
                self._read_group_segment(name, segment)
        self.unread.append(segments[position:])
        if sum(map(len, self.unread)) > _LONGEST_SET:
            raise UnreadableX12Error("A transaction set has more than 512 million characters.")

    def _read_last_segments(self) -> Iterator[TransactionSet]:
        if self.st is not None or self.group is not None:
            raise UnreadableX12Error("A functional group does not end (GE missing).")
        yield from self._stray(self._with_unread(""))

    def _with_unread(self, segments: str) -> str:
        segments = "".join([*self.unread, segments])
        self.unread.clear()
        return segments

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
            if not same_number(control_number, self.group[5]):
                self.result.refuse(GS06_DIFFERS)
            if not counts(count, self.set_count):
                self.result.refuse(SETS_MISCOUNTED)
            self.group = None
        elif name in ("SE", "GE"):
            self.result.note(f"A {name} segment that ends nothing is ignored.")
        else:
            raise UnreadableX12Error("An interchange does not end (IEA missing).")

    def _check_group_is_open(self) -> None:
        if self.group is None:
            raise UnreadableX12Error("Segments stand outside a functional group (GS missing).")

    def _stray(self, segments: str) -> Iterator[TransactionSet]:
        if segments:
            self._check_group_is_open()
            problem = "The segments stand outside a transaction set (ST missing)."
            yield self._row(segments.lstrip(self.terminator), [None] * 3, problem)

    def _set(self, body: str, st: str, se: str | None) -> TransactionSet:
        st_elements = self._elements(st, 3)
        problem = None
        if se is None:
            problem = "The transaction set does not end (SE missing)."
        else:
            count, control_number = self._elements(se, 2)
            if control_number != st_elements[1]:
                problem = ST02_DIFFERS
            elif not counts(count, self._segment_count(body)):
                problem = SEGMENTS_MISCOUNTED
        return self._row(body, st_elements, problem)

    def _segment_count(self, body: str) -> int:
        return body.count(self.terminator) + 1

    def _row(self, body: str, st: list[str | None], problem: str | None) -> TransactionSet:
        group = self.group
        text, digest = canonical(body, self.to_canonical)
        self.result.set_count += 1
        self.result.rejected_count += problem is not None
        return TransactionSet(
            self.result.set_count,
            self.number,
            self.result.group_count,
            *(self.isa[position] for position in (6, 8, 9, 13, 15)),
            *(group[position] for position in (0, 1, 2, 3, 5, 7)),
            *st,
            self._segment_count(body),
            text,
            digest,
            problem,
        )
