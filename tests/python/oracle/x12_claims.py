"""What a practice sent and what was answered before adjudication: 837P, TA1, 999, 277CA."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from oracle.values import amount, day, element, procedure
from oracle.x12_envelope import Interchange, TransactionSet


@dataclass
class SubmittedLine:
    number: int
    charge_id: str | None
    code: str
    modifiers: frozenset[str]
    charge: Decimal
    day: date | None
    rendering_npi: str | None = None


@dataclass
class Submission:
    """One CLM in one 837 set."""

    number: str
    sequence: str
    frequency: str
    names_control_number: str | None
    payer_edi_id: str
    rendering_npi: str | None
    batch: str
    day: date
    time: str
    set: TransactionSet
    group_day: date
    order: tuple
    lines: list[SubmittedLine] = field(default_factory=list)

    @property
    def key(self) -> tuple:
        """A claim's submissions are ordered by BHT04, BHT05, file order."""
        return (self.day, self.time, self.order)


@dataclass
class Ta1:
    about: str
    day: date
    code: str


@dataclass
class Ack999:
    """One 999: the group it is about, its AK901, and IK501 by ST02."""

    group_number: str
    day: date
    group_code: str = ""
    sets: dict[str, str] = field(default_factory=dict)


@dataclass
class Ack277:
    """One STC that is a word on claims; claim is None when it speaks of the batch (2200B)."""

    batch: str
    claim: str | None
    category: str
    day: date


def read_837(one: TransactionSet) -> list[Submission]:
    submissions: list[Submission] = []
    bht: list[str] = []
    sequence = payer = ""
    claim: Submission | None = None
    line: SubmittedLine | None = None
    in_other_payer = False
    for segment in one.segments:
        name = segment[0]
        if name == "BHT":
            bht = segment
            day(element(bht, 4))
        elif name == "HL":
            claim = line = None
            if segment[3] == "22":
                sequence = payer = ""
        elif name == "SBR":
            if claim is None:
                sequence = segment[1]
            else:
                in_other_payer = True
        elif name == "CLM":
            parts = segment[5].split(":")
            amount(segment[2])
            claim = Submission(
                number=segment[1],
                sequence=sequence,
                frequency=parts[2] if len(parts) > 2 else "",
                names_control_number=None,
                payer_edi_id=payer,
                rendering_npi=None,
                batch=bht[3],
                day=day(bht[4]),
                time=element(bht, 5),
                set=one,
                group_day=day(one.group_date),
                order=(*one.order, len(submissions)),
            )
            line, in_other_payer = None, False
            submissions.append(claim)
        elif name == "NM1" and segment[1] == "PR" and claim is None:
            payer = element(segment, 9)
        elif claim is None:
            continue
        elif name == "REF" and segment[1] == "F8" and line is None and not in_other_payer:
            claim.names_control_number = segment[2]
        elif name == "NM1" and segment[1] == "82" and line is None and not in_other_payer:
            claim.rendering_npi = element(segment, 9)
        elif name == "LX":
            line = SubmittedLine(len(claim.lines), None, "", frozenset(), Decimal(0), None)
            claim.lines.append(line)
        elif line is None:
            continue
        elif name == "SV1":
            line.code, line.modifiers = procedure(segment[1])
            line.charge = amount(segment[2])
            if element(segment, 4):
                amount(segment[4])
        elif name == "NM1" and segment[1] == "82":
            line.rendering_npi = element(segment, 9)
        elif name == "DTP" and segment[1] == "472":
            line.day = day(segment[3])
        elif name == "REF" and segment[1] == "6R":
            line.charge_id = segment[2]
    return submissions


def read_ta1s(interchange: Interchange) -> list[Ta1]:
    return [Ta1(one[1], interchange.day, one[4]) for one in interchange.ta1s]


def read_999(one: TransactionSet) -> Ack999 | None:
    """None when the 999 is not about claims (AK101 is not HC)."""
    result, about, st02 = Ack999("", day(one.group_date)), "", ""
    for segment in one.segments:
        if segment[0] == "AK1":
            about, result.group_number = segment[1], segment[2]
        elif segment[0] == "AK2":
            st02 = segment[2]
        elif segment[0] == "IK5":
            result.sets[st02] = segment[1]
        elif segment[0] == "AK9":
            result.group_code = segment[1]
    return result if about == "HC" else None


def read_277(one: TransactionSet) -> tuple[list[Ack277], list[tuple[str, str]]]:
    """(statuses, (claim number, payer control number) of each REF*1K)."""
    words: list[Ack277] = []
    control_numbers: list[tuple[str, str]] = []
    level, batch, claim = "", "", None
    batch_words: list[Ack277] = []
    has_claims = False

    def close_receiver() -> None:
        if not has_claims:
            words.extend(batch_words)

    for segment in one.segments:
        name = segment[0]
        if name == "HL":
            level, claim = segment[3], None
            if level == "21":
                close_receiver()
                batch, batch_words, has_claims = "", [], False
        elif name == "TRN" and level == "21":
            batch = segment[2]
        elif name == "TRN" and level == "PT":
            claim, has_claims = segment[2], True
        elif name == "STC" and level == "21":
            batch_words.append(Ack277(batch, None, segment[1].split(":")[0], day(segment[2])))
        elif name == "STC" and level == "PT":
            words.append(Ack277(batch, claim, segment[1].split(":")[0], day(segment[2])))
        elif name == "REF" and segment[1] == "1K" and claim is not None:
            control_numbers.append((claim, segment[2]))
    close_receiver()
    return words, control_numbers
