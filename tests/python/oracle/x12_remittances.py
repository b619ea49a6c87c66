"""An 835 as delivered: claims (CLP), service lines (SVC) and adjustments (CAS), untouched."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from oracle.values import amount, amount_or_zero, day, element, procedure
from oracle.x12_envelope import TransactionSet


@dataclass(frozen=True)
class Cas:
    group: str
    carc: str
    amount: Decimal


@dataclass
class Svc:
    paid_code: str
    code: str
    modifiers: frozenset[str]
    charge: Decimal
    paid: Decimal
    day: date | None = None
    charge_id: str | None = None
    adjustments: list[Cas] = field(default_factory=list)


@dataclass
class Clp:
    number: str
    status: str
    charge: Decimal
    paid: Decimal
    control_number: str | None
    payer: str
    paid_on: date
    path: str
    set_order: tuple
    order: tuple
    day: date | None = None
    adjustments: list[Cas] = field(default_factory=list)
    lines: list[Svc] = field(default_factory=list)


def read_835(one: TransactionSet) -> list[Clp]:
    """The CLPs of a set; ValueError when an amount or a date that is read does not parse."""
    paid_on, payer = _header(one)
    claims: list[Clp] = []
    claim: Clp | None = None
    line: Svc | None = None
    for segment in one.segments:
        name = segment[0]
        if name == "CLP":
            claim = Clp(
                number=segment[1],
                status=segment[2],
                charge=amount(segment[3]),
                paid=amount(segment[4]),
                control_number=element(segment, 7) or None,
                payer=payer,
                paid_on=paid_on,
                path=one.path,
                set_order=one.order,
                order=(*one.order, len(claims)),
            )
            line = None
            claims.append(claim)
        elif name == "PLB":
            claim = line = None
            for place in range(4, len(segment), 2):
                amount(segment[place])
        elif claim is None:
            continue
        elif name == "SVC":
            code, modifiers = procedure(element(segment, 6) or segment[1])
            line = Svc(
                procedure(segment[1])[0], code, modifiers, amount(segment[2]), amount(segment[3])
            )
            claim.lines.append(line)
        elif name == "CAS":
            (claim if line is None else line).adjustments.extend(_adjustments(segment))
        elif name == "DTM" and line is None and segment[1] == "232":
            claim.day = day(segment[2])
        elif name == "DTM" and line is not None and segment[1] in ("472", "150"):
            line.day = day(segment[2])
        elif name == "REF" and line is not None and segment[1] == "6R":
            line.charge_id = segment[2]
    for claim in claims:
        for line in claim.lines:
            line.day = line.day or claim.day
    return claims


def _header(one: TransactionSet) -> tuple[date, str]:
    bpr16 = dtm405 = n104 = ref2u = ""
    in_payer = False
    for segment in one.segments:
        if segment[0] in ("LX", "CLP"):
            break
        if segment[0] == "BPR":
            amount(segment[2])
            bpr16 = element(segment, 16)
        elif segment[0] == "DTM" and segment[1] == "405":
            dtm405 = segment[2]
        elif segment[0] == "N1":
            in_payer = segment[1] == "PR"
            if in_payer:
                n104 = element(segment, 4)
        elif segment[0] == "REF" and in_payer and segment[1] == "2U":
            ref2u = segment[2]
    return day(bpr16 or dtm405), ref2u or n104


def _adjustments(segment: list[str]) -> list[Cas]:
    return [
        Cas(segment[1], segment[place], amount_or_zero(element(segment, place + 1)))
        for place in range(2, len(segment), 3)
        if segment[place]
    ]
