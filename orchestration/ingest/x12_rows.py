"""The rows that the envelope of an X12 file becomes; their names are the columns of schema raw.

Belongs here: what one row holds. Does not belong here: how it is read (x12, x12_interchange).
"""

from dataclasses import dataclass, field

# What only counts or numbers wrongly is whole all the same: a person may release it after a look.
ISA13_DIFFERS = "ISA13 and IEA02 differ."
GROUPS_MISCOUNTED = "IEA01 does not count the functional groups."
GS06_DIFFERS = "GS06 and GE02 differ."
SETS_MISCOUNTED = "GE01 does not count the transaction sets."
RELEASABLE_FILES = (ISA13_DIFFERS, GROUPS_MISCOUNTED, GS06_DIFFERS, SETS_MISCOUNTED)
ST02_DIFFERS = "ST02 and SE02 differ."
SEGMENTS_MISCOUNTED = "SE01 does not count the segments."
RELEASABLE_SETS = (ST02_DIFFERS, SEGMENTS_MISCOUNTED)


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

    `body` is its segments under our own marks (`x12_marks.canonical`), `body_sha256` its
    hash, `frame_error` why the set is quarantined alone, or None.
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
    segment_count: int
    body: str
    body_sha256: str
    frame_error: str | None


@dataclass(slots=True)
class Envelopes:
    """What a file holds. With a quarantine reason (a sentence) it holds nothing that counts.

    Of a file that is read in portions its rows are not kept here; rejected are sets with an error.
    is_released: its counts and control numbers are known to be wrong, and it is loaded anyway.
    """

    interchanges: list[Interchange] = field(default_factory=list)
    transaction_sets: list[TransactionSet] = field(default_factory=list)
    interchange_count: int = 0
    group_count: int = 0
    set_count: int = 0
    rejected_count: int = 0
    notes: list[str] = field(default_factory=list)
    quarantine_reason: str | None = None
    is_released: bool = False

    def refuse(self, reason: str) -> None:
        """Quarantine the file for a wrong count or number, unless a person released it."""
        if not self.is_released:
            raise UnreadableX12Error(reason)
        self.note(f"Released: {reason}")

    def note(self, note: str) -> None:
        """Remember what was ignored, once."""
        if note not in self.notes:
            self.notes.append(note)


class UnreadableX12Error(Exception):
    """The whole file goes to quarantine. The message is the reason, one sentence."""
