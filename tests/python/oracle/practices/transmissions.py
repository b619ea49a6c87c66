"""Batches, acknowledgments and remittance sets of a practice as interchanges (X12 text)."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from x12_builder import (
    Status,
    Style,
    closed,
    group,
    interchange,
    ta1,
    transaction_277,
    transaction_835,
    transaction_837,
    transaction_999,
)

from oracle.practices.base import Practice, cents
from oracle.practices.claims import ClaimStory, Sent
from oracle.practices.dressing import dressed_835, dressed_837
from oracle.practices.remittances import Paid

STYLES = [
    Style(),
    Style(line_break=""),
    Style(wrap=80, line_break="\r\n"),
    Style(element="|", component=">", repetition="!", terminator="\n", line_break=""),
    Style(element="+", component="<", terminator="'", line_break="\r\n"),
]


@dataclass
class Batch:
    """One 837 set and the control numbers around it."""

    day: date
    reference: str
    st02: str
    gs06: int
    isa13: int
    claims: list[Sent]


@dataclass
class Sender:
    """Writes interchanges; numbers are unique to the practice unless reused on purpose."""

    practice: Practice
    last: int = 0
    texts: list[str] = field(default_factory=list)
    tests: list[str] = field(default_factory=list)

    def number(self) -> int:
        self.last += 1
        return self.practice.number * 1000 + self.last

    def send(self, day: date, groups: list[list[str]], isa13: int | None = None, ta1s=()) -> None:
        style = self.practice.random.choice(STYLES)
        options = {
            "control_number": isa13 or self.number(),
            "date": day,
            "ta1s": ta1s,
            "sender": self.practice.prefix,
            "style": style,
        }
        self.texts.append(interchange(*groups, **options))
        if self.practice.chance(3) and isa13 is None:
            # Sent again under another number: that is no repeat, and counts.
            again = {**options, "control_number": self.number()}
            self.texts.append(interchange(*groups, **again))
        if self.practice.chance(6) and groups:
            options["control_number"] += 500 if self.practice.chance(50) else 0
            self.tests.append(interchange(*groups, usage="T", **options))


def transmissions(
    practice: Practice, stories: list[ClaimStory], paid: list[Paid]
) -> tuple[list[str], list[str]]:
    """(production interchanges, test interchanges)."""
    sender = Sender(practice)
    batches = _send_claims(sender, [one for story in stories for one in story.sent])
    for batch in batches:
        _acknowledge(sender, batch, {story.number: story for story in stories})
    _send_payments(sender, paid)
    return sender.texts, sender.tests


def _send_claims(sender: Sender, sent: list[Sent]) -> list[Batch]:
    practice, random = sender.practice, sender.practice.random
    by_day: dict[date, list[Sent]] = defaultdict(list)
    for one in sent:
        by_day[one.day].append(one)
    batches: list[Batch] = []
    for day in sorted(by_day):
        sets = [by_day[day]]
        if len(by_day[day]) > 1 and practice.chance(50):
            cut = random.randint(1, len(by_day[day]) - 1)
            sets = [by_day[day][:cut], by_day[day][cut:]]
        # Control numbers of an earlier day are used again now and then.
        old = [batch for batch in batches if batch.day < day]
        isa13 = random.choice(old).isa13 if old and practice.chance(15) else sender.number()
        gs06 = random.choice(old).gs06 if old and practice.chance(15) else sender.number()
        # What is made one day may leave the next: GS04 and ISA09 are then later than BHT04.
        left_on = day + timedelta(days=1) if practice.chance(15) else day
        bodies = []
        for place, claims in enumerate(sets, start=1):
            reference = f"{practice.prefix}B{sender.number()}"
            if old and practice.chance(15) and place == 1:
                reference = random.choice(old).reference
            batch = Batch(day, reference, f"{place:04d}", gs06, isa13, claims)
            batches.append(batch)
            body = transaction_837(
                [one.claim for one in claims],
                batch=reference,
                date=day,
                time=f"08{place:02d}",
                control_number=batch.st02,
            )
            npis = [row["npi"] for row in practice.rows["providers"]]
            bodies.append(dressed_837(random, body, npis))
        sender.send(left_on, [group(*bodies, control_number=gs06, date=left_on)], isa13)
    return batches


def _acknowledge(sender: Sender, batch: Batch, stories: dict[str, ClaimStory]) -> None:
    practice, random = sender.practice, sender.practice.random
    day = batch.day + timedelta(days=random.randint(0, 2))
    ta1s, bodies = [], []
    if practice.chance(25):
        ta1s.append(ta1(batch.isa13, code=random.choice("AAAEER"), date=day))
    if practice.chance(60):
        code = random.choice("AAAAAAEERMWX")
        overall = random.choice([None, None, None, None, None, "P", "E", "R", "X"])
        kind = "HC" if practice.chance(95) else "HP"
        sets = [(batch.st02, code)]
        bodies.append(transaction_999(batch.gs06, sets, overall, group_kind=kind))
    if practice.chance(25):
        bodies.append(_body_277(sender, batch, day, batch_status=_status(practice, day)))
    if practice.chance(60):
        words = []
        for one in batch.claims:
            if practice.chance(80):
                story = stories[one.claim.claim_id[: len(practice.prefix) + 3]]
                icn = [story.icn_of(one.claim.claim_id)] if practice.chance(30) else []
                words.append((one.claim.claim_id, _status(practice, day), *icn))
        if words:
            # 2200B beside 2200D is not a word on a claim.
            extra = _status(practice, day) if practice.chance(30) else None
            bodies.append(_body_277(sender, batch, day, claims=words, batch_status=extra))
    groups = [group(body, control_number=sender.number(), date=day) for body in bodies]
    if practice.chance(40) and (groups or ta1s):
        sender.send(day, groups, ta1s=ta1s)
        return
    for one in groups:
        sender.send(day, [one])
    if ta1s:
        sender.send(day, [], ta1s=ta1s)


def _status(practice: Practice, day: date) -> Status:
    category = practice.random.choice(["A1"] * 4 + ["A2"] * 5 + ["A0", "A3", "A4", "A5", "A6"])
    if practice.chance(6):
        category = practice.random.choice(["A7", "A8"])
    return Status(category, day)


def _body_277(sender: Sender, batch: Batch, day: date, **content) -> list[str]:
    practice = sender.practice
    reference = batch.reference if practice.chance(90) else f"{practice.prefix}BNONE"
    if content.get("claims") and practice.chance(20):
        # Of 2200C nothing counts, and its STC02 may be empty.
        content["provider_status"] = Status("A3", None)
    body = transaction_277(reference, date=day, **content)
    return _with_second_status(body, practice) if practice.chance(10) else body


def _with_second_status(body: list[str], practice: Practice) -> list[str]:
    """The set with one STC twice, the second time of another category."""
    segments = body[1:-1]
    places = [i for i, segment in enumerate(segments) if segment.startswith("STC*A")]
    place = practice.random.choice(places)
    second = f"STC*{practice.random.choice(['A1', 'A2', 'A7'])}" + segments[place][6:]
    return closed("277", [*segments[: place + 1], second, *segments[place + 1 :]])


def _send_payments(sender: Sender, paid: list[Paid]) -> None:
    practice, random = sender.practice, sender.practice.random
    by_set: dict[tuple[date, str], list[Paid]] = defaultdict(list)
    for one in paid:
        by_set[one.day, one.payer].append(one)
    bodies: list[tuple[date, list[str]]] = []
    for place, ((day, payer), claims) in enumerate(sorted(by_set.items())):
        plb = []
        if practice.chance(15):
            plb = [("WO", f"{practice.prefix}W{place}", cents(random, -10, 10))]
        by_n1, has_405_alone = practice.chance(30), practice.chance(10)
        total = sum(_paid(one) for one in claims) - sum((one for *_, one in plb), Decimal(0))
        body = transaction_835(
            [one.claim for one in claims],
            trace=f"{practice.prefix}T{place}",
            payer_id=None if by_n1 else payer,
            n1_payer_id=payer if by_n1 else practice.random.choice([None, payer, "TAXID"]),
            date=None if has_405_alone else day,
            production_date=day if has_405_alone else day + timedelta(days=2),
            plb=plb,
            amount=max(total, Decimal(0)),
            control_number=f"{place + 1:04d}",
        )
        if practice.chance(20):
            body = [segment.replace("DTM*472*", "DTM*150*") for segment in body]
        bodies.append((day, dressed_835(random, body)))
    while bodies:
        some = bodies[: random.randint(1, 3)]
        bodies = bodies[len(some) :]
        sets = [body for _, body in some]
        day = some[-1][0]
        sender.send(day, [group(*sets, control_number=sender.number(), date=day)])


def _paid(one: Paid) -> Decimal:
    claim = one.claim
    if claim.paid is not None:
        return Decimal(claim.paid)
    lines = sum((Decimal(line.charged) for line in claim.lines), Decimal(0))
    every = [*claim.adjustments, *(cas for line in claim.lines for cas in line.adjustments)]
    return lines - sum((Decimal(amount) for _, _, amount in every), Decimal(0))
