"""Between practice and payers: batches of claims out, acknowledgments back, who rejects what."""

from __future__ import annotations

from sample_practice import billing, payers, rates
from sample_practice.clock import compact, is_workday, iso, weekday, workdays_after
from sample_practice.model import Partner, Payer
from sample_practice.papers import Submission
from sample_practice.reference import OLD_BACK_PAIN_CODE
from sample_practice.world import World
from sample_practice.x12_acknowledgments import (
    SetReport,
    claim_acknowledgment,
    implementation_acknowledgment,
    interchange_reject,
)
from sample_practice.x12_claims import batch
from sample_practice.x12_writer import group, interchange, transaction_set

# Who finds which fault: the clearinghouse what is malformed, the payer what it does not know.
_SEEN_BY_CLEARINGHOUSE = ("diagnosis", "referring_provider", "birth_date")
_SENT_AT = 19 * 60


def send(world: World, partner: Partner) -> None:
    """The evening's batch: one interchange, one transaction set for each payer."""
    day = world.today
    if not partner.queue or not is_workday(day) or weekday(day) not in partner.weekdays:
        return
    sets: list[tuple[Payer, str, list[Submission]]] = []
    for payer in world.payers:
        submissions = [one for one in partner.queue if one.payer is payer]
        if submissions:
            sets.append((payer, f"B{world.number('batch'):09d}", submissions))
    partner.queue.clear()
    bodies = []
    for number, (payer, reference, submissions) in enumerate(sets, start=1):
        for submission in submissions:
            submission.day, submission.batch_reference = day, reference
            submission.fault = _fault(submission)
        segments = batch(world.organization, partner, payer, reference, day, _SENT_AT, submissions)
        bodies.append(transaction_set("837", number, segments))
    control, group_number = world.number("interchange"), world.number("group")
    sender = world.organization.etin
    text = interchange(
        partner.style, sender, partner.etin, day, _SENT_AT, control,
        [group("837", sender, partner.etin, day, _SENT_AT, group_number, bodies)],
    )  # fmt: skip
    world.save_x12("claims", f"837p_{partner.partner_id.lower()}_{compact(day)}", text)
    if world.dice.chance(rates.INTERCHANGE_FAULT):
        refuse_interchange(world, partner, control, sets)
        return
    _acknowledge_sets(world, partner, group_number, sets)


def _fault(submission: Submission) -> str:
    """What is wrong with a claim at the front door; '' for nothing."""
    visit = submission.claim.visit
    if submission.sequence == "P" and visit.patient.defect:
        return visit.patient.defect
    if any(OLD_BACK_PAIN_CODE in charge.diagnoses for charge in submission.charges):
        return "diagnosis"
    treating = visit.provider.supervisor or visit.provider
    is_picky = submission.payer.payer_type in ("medicare", "medicaid", "medicare_advantage")
    if is_picky and submission.day < treating.enrolled_from:
        return "enrollment"
    return ""


def refuse_interchange(world: World, partner: Partner, control: int, sets: list) -> None:
    """TA1: the envelope could not be read; everything is sent again the next day."""
    day = world.today
    _hand_over(world, partner, day, extra=interchange_reject(control, day, _SENT_AT))
    world.incident("interchange_rejected", f"{control:09d}")
    for _, _, submissions in sets:
        _refuse(world, submissions)


def _refuse(world: World, submissions: list[Submission]) -> None:
    for submission in submissions:
        _word(world, submission, False, False)
        world.later(workdays_after(world.today, 1), billing.rework, submission)


def _acknowledge_sets(world: World, partner: Partner, group_number: int, sets: list) -> None:
    """999: each set is taken or not, by its form."""
    day = world.today
    verdicts = [not world.dice.chance(rates.SET_FAULT) for _ in sets]
    segments = implementation_acknowledgment(
        group_number, [(f"{n:04d}", taken) for n, taken in enumerate(verdicts, start=1)]
    )
    _hand_over(world, partner, day, kind="999", bodies=[segments])
    for (payer, reference, submissions), taken in zip(sets, verdicts, strict=True):
        if not taken:
            world.incident("set_rejected", reference)
            _refuse(world, submissions)
        elif partner.is_payer_gateway:
            answered = workdays_after(day, 1)
            world.later(answered, report, partner, payer, reference, submissions, True)
        else:
            world.later(day + 1, report, partner, payer, reference, submissions, False)


def report(
    world: World,
    partner: Partner,
    payer: Payer,
    reference: str,
    submissions: list[Submission],
    is_payer: bool,
) -> None:
    """277CA: a word on each claim of a set, by the clearinghouse or by the payer."""
    day = world.today
    one = SetReport(
        source_name=payer.name if is_payer else partner.name,
        source_id=payer.edi_id if is_payer else partner.etin,
        source_kind="PR" if is_payer else "AY",
        reference=reference,
        submitted_on=submissions[0].day,
        reported_on=day,
        trace=f"R{world.number('report'):09d}",
    )
    if not is_payer and world.dice.chance(rates.BATCH_FAULT):
        one.batch_fault = "A3:24:41"
        one.verdicts = [(submission, "") for submission in submissions]
        world.incident("batch_rejected", reference)
        _refuse(world, submissions)
    passed: list[Submission] = []
    for submission in [] if one.batch_fault else submissions:
        fault = submission.fault
        if not is_payer and fault not in _SEEN_BY_CLEARINGHOUSE:
            fault = ""
        one.verdicts.append((submission, fault))
        _word(world, submission, not fault, is_payer)
        if fault:
            billing.rejected(world, submission)
        else:
            passed.append(submission)
    sender = world.organization
    segments = claim_acknowledgment(one, sender.name, sender.etin, sender.npi)
    _hand_over(world, partner, day, kind="277", bodies=[segments])
    if not passed:
        return
    if is_payer or not payer.acknowledges:
        # A payer without acknowledgments finds the same faults, but through the clearinghouse.
        for submission in passed:
            payers.receive(world, submission)
    else:
        world.later(workdays_after(day, 1), report, partner, payer, reference, passed, True)


def _word(world: World, submission: Submission, is_good: bool, is_payer: bool) -> None:
    """Keep what was said of a submission, as the truth."""
    claim, day = submission.claim, world.today
    if not is_good:
        submission.outcome = "rejected"
    elif submission.outcome != "rejected":
        submission.outcome = "accepted"
    if submission.number == 0:
        claim.first_outcome = submission.outcome
        if not is_good and claim.first_rejected_on is None:
            claim.first_rejected_on = day
        if is_good and claim.accepted_on is None:
            claim.accepted_on = day
        if is_good and is_payer:
            claim.payer_accepted_on = day


def _hand_over(
    world: World,
    partner: Partner,
    day: int,
    *,
    kind: str = "",
    bodies: list[list[str]] | None = None,
    extra: list[str] | None = None,
) -> None:
    """Put one acknowledgment interchange into the partner's file of the day."""
    groups = []
    to = world.organization.etin
    minute = 6 * 60 if kind == "277" else 20 * 60
    if bodies:
        sets = [transaction_set(kind, n, body) for n, body in enumerate(bodies, start=1)]
        number = world.number("acknowledgment_group")
        groups.append(group(kind, partner.etin, to, day, minute, number, sets))
    text = interchange(
        partner.style, partner.etin, to, day, minute, world.number("acknowledgment"), groups, extra
    )
    partner.interchanges.setdefault(day, []).append(text)


def deliver(world: World, partner: Partner) -> None:
    """Write the day's acknowledgments of a partner as one file."""
    texts = partner.interchanges.pop(world.today, None)
    if texts:
        name = f"ack_{partner.partner_id.lower()}_{iso(world.today).replace('-', '')}"
        world.save_x12("acknowledgments", name, "".join(texts))
