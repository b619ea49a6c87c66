"""How payers answer: adjudications of every kind, reversals, corrections and oddities."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from x12_builder import ClaimPayment, Line, ServiceLine

from oracle.practices.base import Practice, cents
from oracle.practices.claims import ClaimStory

ZERO = Decimal(0)
PRIMARY_STATUSES = ["1"] * 16 + ["19"] * 2 + ["4"] * 4 + ["23"] * 2 + ["25"] * 2 + ["13"]
Adjustments = list[tuple[str, str, Decimal]]


@dataclass
class Paid:
    """One CLP, its payer as the 835 names it, and the payment date."""

    day: date
    payer: str
    claim: ClaimPayment


def remittances(practice: Practice, stories: list[ClaimStory]) -> list[Paid]:
    result: list[Paid] = []
    for story in stories:
        if practice.chance(88):
            result.extend(_of_claim(practice, story))
    for place in range(practice.random.randint(0, 2)):
        unknown = replace(
            _payment(practice, stories[0], stories[0].number, "1") if stories else _odd(),
            claim_id=f"{practice.prefix}UNKNOWN{place}",
            control_number=f"{practice.prefix}ICNU{place}",
        )
        result.append(Paid(practice.day(-200, 5), f"{practice.prefix}E0", unknown))
    return result


def _odd() -> ClaimPayment:
    return ClaimPayment("", (ServiceLine("97110", "50", "20", [("CO", "45", Decimal(30))]),))


def _of_claim(practice: Practice, story: ClaimStory) -> list[Paid]:
    random = practice.random
    day = max(one.day for one in story.sent[:1]) + timedelta(days=random.randint(5, 60))
    payer = story.payer("P")
    result = []
    for _ in range(random.choice([1, 1, 1, 2, 3])):
        sent = [one.claim.claim_id for one in story.sent if one.day <= day]
        number = random.choice([story.number, *(one for one in story.numbers if one in sent)])
        status = random.choice(
            ["1"] * 16 + ["19", "19", "4", "4", "4", "4", "23", "23", "25", "25", "13"]
        )
        if practice.chance(4):
            payer = f"{practice.prefix}ENONE"
        claim = _payment(practice, story, number, status)
        result.append(Paid(day, payer, claim))
        if practice.chance(12):
            split = _payment(practice, story, number, "1")
            result.append(Paid(day, payer, replace(split, lines=split.lines[:1])))
        if practice.chance(25):
            day += timedelta(days=random.choice([0, 0, 7, 30]))
            reversal = reversed_payment(claim)
            if practice.chance(30):
                reversal = replace(reversal, control_number=f"{story.icn}V")
            if practice.chance(15) and reversal.paid is None:
                reversal = _without_service_lines(reversal)
            result.append(Paid(day, payer, reversal))
            if practice.chance(6):
                result.append(Paid(day, payer, reversal))
            if practice.chance(60):
                day += timedelta(days=random.choice([0, 0, 5]))
                result.append(Paid(day, payer, _payment(practice, story, number, "1")))
        day += timedelta(days=random.randint(0, 30))
    for sequence, statuses in (("S", ["2", "20", "4"]), ("T", ["3", "21"])):
        other = story.payer(sequence)
        if other is None and sequence == "S" and practice.chance(12):
            # Crossed over: the second payer answers a claim that only the first one was sent.
            other, statuses = f"{practice.prefix}ENONE", ["2"]
        if other is not None and practice.chance(70):
            result.extend(_of_other(practice, story, other, sequence, statuses, day))
    return result


def _of_other(practice, story, payer, sequence, statuses, day) -> list[Paid]:
    number = story.number
    if story.secondary_number is not None and story.payer("S") is not None:
        number = story.secondary_number
    if story.secondary_replacement is not None and sequence == "S" and practice.chance(50):
        number = story.secondary_replacement
    day += timedelta(days=practice.random.randint(20, 60))
    claim = _payment(practice, story, number, practice.random.choice(statuses), sequence)
    result = [Paid(day, payer, claim)]
    if practice.chance(20):
        later = day + timedelta(days=practice.random.randint(0, 20))
        result.append(Paid(later, payer, reversed_payment(claim)))
    return result


def _payment(
    practice: Practice, story: ClaimStory, number: str, status: str, sequence: str = "P"
) -> ClaimPayment:
    random = practice.random
    icn = story.icn_of(number) if practice.chance(85) else f"{story.icn}N{random.randint(0, 99)}"
    if practice.chance(5):
        icn = None
    day = story.lines[0].date if isinstance(story.lines[0].date, date) else None
    base = ClaimPayment(number, status=status, control_number=icn, date=day)
    if practice.chance(3):
        base = replace(base, interest=cents(random, 1, 3))
    if practice.chance(12):
        return _without_lines(practice, base, story)
    lines = [_service_line(practice, line, status, sequence, day) for line in story.lines]
    if len(lines) > 1 and practice.chance(8):
        lines = lines[1:]
    if lines[0].charge_id is not None and practice.chance(8):
        # The payer answers one charge in two lines.
        part = _service_line(
            practice, replace(story.lines[0], amount="7.00"), status, sequence, day
        )
        lines.append(replace(part, charge_id=lines[0].charge_id))
    claim = replace(base, lines=tuple(lines))
    if practice.chance(15):
        claim = replace(claim, adjustments=_claim_level(practice, status))
    if practice.chance(8):
        total = sum(Decimal(line.paid) for line in lines)
        claim = replace(claim, paid=total + cents(random, -20, 20))
    return claim


def _without_lines(practice: Practice, base: ClaimPayment, story: ClaimStory) -> ClaimPayment:
    charged = sum((Decimal(line.amount) for line in story.lines), ZERO)
    adjustments, paid = _verdict(practice, charged, base.status)
    return replace(base, charged=charged, paid=paid, adjustments=adjustments)


def _claim_level(practice: Practice, status: str) -> Adjustments:
    random = practice.random
    if status == "4" and practice.chance(70):
        return [("CO", random.choice(["16", "29", "ZZ1", "252"]), cents(random, 20, 90))]
    kinds = [("CO", "45"), ("PR", "1"), ("CO", "253"), ("CO", "197"), ("PI", "94"), ("PR", "3")]
    return [(*random.choice(kinds), cents(random, 0, 20)) for _ in range(random.randint(1, 2))]


def _service_line(practice, line: Line, status: str, sequence: str, day) -> ServiceLine:
    charge = Decimal(line.amount)
    code, submitted, modifiers = line.code, None, tuple(line.modifiers)
    reference = line.charge_id
    if practice.chance(40):
        reference = None
    elif practice.chance(8):
        reference = f"{practice.prefix}HNONE"
    if practice.chance(20) and modifiers:
        modifiers = modifiers[:-1]
    elif practice.chance(30):
        modifiers = tuple(reversed(modifiers))
    if practice.chance(8) and line.code not in ("97010",):
        submitted = ":".join([line.code, *line.modifiers])
        code, modifiers = "97139", ()
    if practice.chance(4):
        reference, code, submitted = None, "97799", None
    own_day = line.date[0] if isinstance(line.date, tuple) else line.date
    if own_day == day and practice.chance(40):
        own_day = None
    if practice.chance(2):
        charge = ZERO
    adjustments, paid = _verdict(practice, charge, status, line.code, sequence)
    return ServiceLine(
        code,
        charge,
        paid,
        adjustments,
        charge_id=reference,
        date=own_day,
        modifiers=modifiers,
        submitted_code=submitted,
    )


def _verdict(
    practice: Practice, charge: Decimal, status: str, code: str = "", sequence: str = "P"
) -> tuple[Adjustments, Decimal]:
    """(adjustments, paid) of a line or of a claim without lines; they balance to the charge."""
    random = practice.random
    if charge == 0:
        return [], ZERO
    if status in ("23", "25"):
        return [("OA", "101" if status == "25" else "109", charge)], ZERO
    if sequence != "P":
        return _second_verdict(practice, charge)
    kind = random.randint(1, 100)
    if status == "4":
        kind = random.randint(46, 100)
    if kind <= 45:
        return _paid(practice, charge)
    part = cents(random, 0, int(charge))
    if kind <= 50:
        return [("CO", "45", part), ("CO", "151", charge - part)], ZERO
    if kind <= 56:
        return [("CO", "45", part), ("PR", "1", charge - part)], ZERO
    if kind <= 60:
        return [("PR", "3", part), ("CO", "197", charge - part)], ZERO
    if kind <= 66:
        return [("PR", "204", charge)], ZERO
    if kind <= 72:
        return [("CO", "50", part), (random.choice(["PR", "CO"]), "16", charge - part)], ZERO
    if kind <= 76:
        return [("CO", "197", charge / 2), ("PR", "15", charge - charge / 2)], ZERO
    if kind <= 80:
        return [("CO", "ZZ9", charge)], ZERO
    if kind <= 87:
        return [(random.choice(["CO", "OA"]), random.choice(["18", "B20"]), charge)], ZERO
    if kind <= 89:
        return [("OA", "18", part), ("CO", "197", charge - part)], ZERO
    if kind <= 94 or code == "97010":
        return [("CO", "97", charge)], ZERO
    if kind <= 96:
        return [("CO", "45", charge)], ZERO
    return [("CO", "1", charge)], ZERO


def _paid(practice: Practice, charge: Decimal) -> tuple[Adjustments, Decimal]:
    random = practice.random
    kinds = [("CO", "45"), ("PR", "2"), ("CO", "253"), ("CO", "59"), ("CO", "24"), ("PR", "45")]
    kinds += [("OA", "94"), ("CO", "3"), ("CO", "151"), ("CO", "97"), ("PI", "ZZ9"), ("OA", "104")]
    adjustments: Adjustments = []
    left = charge
    if practice.chance(20):
        return adjustments, left
    for group, carc in [kinds[0], *random.sample(kinds[1:], random.randint(0, 2))]:
        part = cents(random, 0, int(left / 3)) if left > 3 else ZERO
        adjustments.append((group, carc, part))
        left -= part
    if practice.chance(4):
        # Money added by the payer: a negative adjustment.
        adjustments.append(("OA", "94", Decimal("-5.00")))
        left += 5
    return adjustments, left


def _second_verdict(practice: Practice, charge: Decimal) -> tuple[Adjustments, Decimal]:
    prior = cents(practice.random, 0, int(charge))
    if practice.chance(25):
        return [("OA", "23", prior), ("CO", "45", charge - prior)], ZERO
    if practice.chance(15):
        return [("CO", "22", charge)], ZERO
    return [("OA", "23", prior)], charge - prior


def _without_service_lines(claim: ClaimPayment) -> ClaimPayment:
    """The same amounts at the claim level alone."""
    every = [*claim.adjustments, *(cas for line in claim.lines for cas in line.adjustments)]
    charged = sum((Decimal(line.charged) for line in claim.lines), ZERO)
    return replace(claim, lines=(), charged=charged, adjustments=every)


def reversed_payment(claim: ClaimPayment) -> ClaimPayment:
    """The same with every amount turned round, as CLP02 22."""

    def turned(adjustments):
        return [(group, carc, -Decimal(amount)) for group, carc, amount in adjustments]

    lines = tuple(
        replace(
            line,
            charged=-Decimal(line.charged),
            paid=-Decimal(line.paid),
            adjustments=turned(line.adjustments),
        )
        for line in claim.lines
    )
    return replace(
        claim,
        status="22",
        lines=lines,
        adjustments=turned(claim.adjustments),
        charged=None if claim.charged is None else -Decimal(claim.charged),
        paid=None if claim.paid is None else -Decimal(claim.paid),
        interest=None,
    )
