"""What a practice submits: claims of every frequency and sequence, each with its day."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from x12_builder import Claim, Line

from oracle.practices.base import Practice, Row


@dataclass
class Sent:
    """One CLM and the day and batch it goes out with."""

    day: date
    claim: Claim


@dataclass
class ClaimStory:
    """A claim number with all that is sent for it.

    icn: the payer control number that most remittances carry; numbers: every CLM01 it goes by.
    """

    number: str
    icn: str
    lines: list[Line]
    sent: list[Sent] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    secondary_number: str | None = None
    secondary_replacement: str | None = None

    def icn_of(self, number: str) -> str:
        """The payer control number that remittances for one of its numbers carry."""
        return self.icn + number.removeprefix(self.number)

    def payer(self, sequence: str) -> str | None:
        return next(
            (one.claim.payer_id for one in self.sent if one.claim.sequence == sequence), None
        )


def claim_stories(practice: Practice) -> list[ClaimStory]:
    visits = [row for row in practice.rows.get("visits", []) if practice.chance(92)]
    stories = []
    while visits:
        together = [visits.pop()]
        if visits and practice.chance(10):
            together.append(visits.pop())
        charges = [
            row
            for row in practice.rows.get("charges", [])
            if row["visit_id"] in {visit["visit_id"] for visit in together}
        ]
        for _ in range(2 if practice.chance(5) else 1):
            # Twice: the same charges on two claims that know nothing of each other.
            if charges:
                stories.append(_story(practice, len(stories), together, charges))
    return stories


def _story(practice: Practice, place: int, visits: list[Row], charges: list[Row]) -> ClaimStory:
    random = practice.random
    number = f"{practice.prefix}K{place:02d}"
    days = {visit["visit_id"]: visit["service_date"] for visit in visits}
    lines = [_line(practice, charge, days[charge["visit_id"]]) for charge in charges]
    story = ClaimStory(number, f"{practice.prefix}ICN{place:02d}", lines, numbers=[number])
    day = max(days.values()) + timedelta(days=random.randint(1, 12))
    first = Claim(
        number,
        tuple(lines),
        payer_id=_payer(practice, visits[0]),
        rendering_npi=random.choice([*(row["npi"] for row in practice.rows["providers"]), None]),
    )
    story.sent.append(Sent(day, first))
    while practice.chance(30):
        day += timedelta(days=random.randint(0, 20))
        story.sent.append(Sent(day, _again(practice, story, first)))
    if practice.chance(25):
        _send_to_others(practice, story, first, day)
    return story


def _payer(practice: Practice, visit: Row) -> str:
    """The edi id of the visit's payer most of the time, of another, or one that nobody has."""
    coverages = {row["coverage_id"]: row for row in practice.rows.get("coverages", [])}
    edi = {row["payer_id"]: row["edi_payer_id"] for row in practice.rows["payers"]}
    own = [row for row in coverages.values() if row["patient_id"] == visit["patient_id"]]
    coverage = coverages.get(visit["coverage_id"]) or (own[0] if own else None)
    right = edi.get(coverage["payer_id"]) if coverage else None
    if right is not None and practice.chance(85):
        return right
    others = [one for one in edi.values() if one is not None]
    return practice.random.choice([*others, f"{practice.prefix}ENONE"])


def _line(practice: Practice, charge: Row, day: date) -> Line:
    modifiers = [charge.get(f"modifier_{place}") for place in (1, 2, 3, 4)]
    charge_id: str | None = charge["charge_id"]
    if practice.chance(4):
        charge_id = None
    elif practice.chance(2):
        charge_id = f"{charge_id}LOST"
    span = (day, day + timedelta(days=2)) if practice.chance(5) else day
    return Line(
        charge_id,
        charge["cpt_code"],
        charge["charge_amount"],
        span,
        units=charge["units"],
        modifiers=tuple(one for one in modifiers if one),
    )


def _again(practice: Practice, story: ClaimStory, first: Claim) -> Claim:
    """The claim once more: the same, a replacement or a void, under its own or a new number."""
    lines = first.lines
    if practice.chance(20) and len(lines) > 1:
        lines = lines[:-1]
    if practice.chance(30):
        lines = tuple(_changed(practice, line) for line in lines)
    frequency = practice.random.choice(["1", "7", "7", "7", "8"])
    if frequency == "1" or practice.chance(50):
        names = story.icn if frequency != "1" and practice.chance(50) else None
        return replace(first, lines=lines, frequency=frequency, replaces=names)
    number = f"{story.number}R{len(story.numbers)}"
    names = story.icn_of(story.numbers[-1] if practice.chance(40) else story.number)
    if practice.chance(30) and len(story.numbers) > 1:
        number = story.numbers[-1]
        names = story.icn
    else:
        story.numbers.append(number)
    if practice.chance(12):
        names = f"{practice.prefix}ICNNONE"
    return replace(first, claim_id=number, lines=lines, frequency=frequency, replaces=names)


def _changed(practice: Practice, line: Line) -> Line:
    """The line with other modifiers or another amount, as a corrected claim may carry it."""
    if practice.chance(50):
        return replace(line, modifiers=("GP",))
    return replace(line, amount=line.amount + 10)


def _send_to_others(practice: Practice, story: ClaimStory, first: Claim, day: date) -> None:
    edi = [row["edi_payer_id"] for row in practice.rows["payers"] if row["edi_payer_id"]]
    number = story.number
    if practice.chance(25):
        number = story.secondary_number = f"{story.number}X"
    for sequence in ("S", "T") if practice.chance(50) else ("S",):
        day += timedelta(days=practice.random.randint(10, 40))
        taken = {sent.claim.payer_id for sent in story.sent}
        # Now and then both coverages are of one payer.
        payers = [one for one in edi if one not in taken or practice.chance(15)]
        if not payers:
            return
        other = replace(
            first,
            claim_id=number,
            sequence=sequence,
            payer_id=practice.random.choice(payers),
            primary_paid="10.00",
            primary_payer_id=first.payer_id,
        )
        story.sent.append(Sent(day, other))
        if practice.chance(20):
            again = replace(other, frequency="7")
            if practice.chance(40) and sequence == "S":
                story.secondary_replacement = f"{number}Z"
                again = replace(again, claim_id=f"{number}Z", replaces=story.icn_of(number))
            story.sent.append(Sent(day + timedelta(days=5), again))
