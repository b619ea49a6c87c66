"""Pay days: a payer's remittance, from its pile of decided claims to the 835, and its posting.

A remittance always balances: BPR02 = sum of CLP04 less sum of PLB, and is never negative.
"""

from __future__ import annotations

from sample_practice import billing, denials, payers, rates, rows
from sample_practice.clock import compact, dollars, iso, share_of
from sample_practice.model import Patient, Payer
from sample_practice.papers import Adjudication, Claim, Line, Submission
from sample_practice.world import World
from sample_practice.x12_remittances import remittance
from sample_practice.x12_writer import group, interchange, transaction_set


def pay(world: World, payer: Payer) -> None:
    """Everything that the payer settles today, as one 835."""
    pile = payer.due.pop(world.today, [])
    withheld = [one for one in payer.takebacks if one[0] <= world.today]
    if not pile and not withheld:
        return
    decisions: list[Adjudication] = []
    for submission, matter in pile:
        decisions += _settle(world, payer, submission, matter)
    if not decisions and not withheld:
        return
    for one in decisions:
        one.adjudication_id, one.day = world.name("D"), world.today
        _show_another_code(world, payer, one)
    interest = sum(one.interest for one in decisions)
    claims_cents = sum(one.paid for one in decisions)
    adjustments = _provider_adjustments(world, payer, decisions, withheld, interest)
    paid = claims_cents - sum(cents for _, _, cents in adjustments)
    if paid < 0:
        # Nothing to take it from: the payer carries the shortfall forward.
        adjustments.append(("FB", f"FWD{compact(world.today)}", paid))
        payer.carried_cents -= paid
        paid = 0
    payer.trace += 1
    trace = f"{payer.payer_id[-2:]}{world.base + payer.trace:09d}"
    _write(world, payer, trace, paid, decisions, adjustments)
    world.truth.row(
        "payments",
        f"{payer.payer_id},{iso(world.today)},{trace},{dollars(paid)},{dollars(claims_cents)},"
        f"{dollars(claims_cents - paid)},{len(decisions)}",
    )
    for reason, reference, cents in adjustments:
        world.truth.row(
            "provider_adjustments",
            f"{trace},{payer.payer_id},{iso(world.today)},{reason},{reference},{dollars(cents)}",
        )
    for one in decisions:
        _post(world, one)


def _settle(world: World, payer: Payer, submission: Submission, matter: str) -> list[Adjudication]:
    """The decisions on one matter: none, one, or a reversal and what takes its place."""
    claim = submission.claim
    if matter == "foreign":
        return [_foreign(world, payer, submission)]
    if submission.sequence == "S":
        return [payers.decide_second(submission, submission.prior)]
    if matter == "audit":
        return _audit(world, payer, submission)
    before = billing.standing(claim)
    if matter == "claim" and submission.frequency == "8":
        return [_reverse(world, before)] if before else []
    if matter == "claim" and submission.frequency == "1":
        if claim.adjudications and claim.adjudications[-1].day == world.today:
            payers.put_on_pile(world, payer, world.today + 1, submission, matter)
            return []
        if before is None and claim.is_voided:
            return []
        decision = payers.decide(world, submission)
        _add_interest(world, decision)
        claim.adjudications.append(decision)
        decision.day = world.today
        return [decision]
    # A replacement, or an appeal that was won: what stood is taken back first.
    if before is None or claim.is_voided:
        return []
    decisions = [] if before.status == "4" else [_reverse(world, before)]
    decision = payers.decide(world, submission, forgives=matter == "appeal")
    claim.adjudications.append(decision)
    return [*decisions, decision]


def begin_audit(world: World, payer: Payer) -> None:
    """A small insurer looks into the patient who has cost it the most this year."""

    def cost(patient: Patient) -> int:
        paid = [one.first_paid for one in patient.claims if one.payer is payer]
        return sum(paid) if len(paid) > 2 else 0

    patient = max(world.patients, key=cost)
    if cost(patient):
        payers.put_on_pile(
            world, payer, world.today + 1, patient.claims[-1].submissions[0], "audit"
        )


def _audit(world: World, payer: Payer, submission: Submission) -> list[Adjudication]:
    """The payer has read a patient's record, and takes back what it paid for the last visits."""
    decisions = []
    for claim in submission.claim.visit.patient.claims[-5:]:
        before = billing.standing(claim)
        if claim.payer is payer and before and before.paid > 0 and not claim.is_voided:
            after = payers.withdraw(before)
            decisions += [_reverse(world, before), after]
            claim.adjudications.append(after)
            world.incident("audit_takeback", claim.claim_id)
    return decisions


def _reverse(world: World, before: Adjudication) -> Adjudication:
    before.is_reversed = True
    turned = payers.reversal_of(before)
    before.claim.adjudications.append(turned)
    return turned


def _foreign(world: World, payer: Payer, like: Submission) -> Adjudication:
    """A payment for a claim that another practice sent."""
    cents = world.dice.whole(4000, 9000)
    kept = cents // 5
    number = f"X{world.number('foreign'):08d}"
    line = Line(
        None, "97110", ("GP",), cents, cents - kept, 1, [("CO", "45", kept)], "",
    )  # fmt: skip
    return Adjudication(
        "", like.claim, like, payer, "1", "P", [line], f"99{number[1:]}", number, paid=line.paid
    )


def _show_another_code(world: World, payer: Payer, one: Adjudication) -> None:
    """A payer sometimes writes its own code for a service: nothing links that line any more."""
    if one.status != "1" or one.claim_number.startswith("X") or len(one.lines) < 2:
        return
    line = one.lines[-1]
    if line.paid > 0 and world.dice.chance(rates.RECODED_LINE):
        line.shown_code = "97139"


def _add_interest(world: World, one: Adjudication) -> None:
    """Medicare owes interest from the 31st day on."""
    late = world.today - one.submission.day - 30
    if late > 0 and one.paid > 0 and one.payer.payer_type in ("medicare", "commercial"):
        one.interest = share_of(one.paid, int(rates.INTEREST_PER_YEAR * 1000) * late, 365_000)


def _provider_adjustments(
    world: World,
    payer: Payer,
    decisions: list[Adjudication],
    withheld: list[tuple[int, str, int]],
    interest: int,
) -> list[tuple[str, str, int]]:
    """PLB of a remittance. A positive amount lowers the payment."""
    found: list[tuple[str, str, int]] = []
    if interest:
        found.append(("L6", f"INT{compact(world.today)}", -interest))
    if not payer.offsets_at_once:
        # The money of a reversal is paid out once more today, and withheld four weeks later.
        for one in decisions:
            if one.status == "22":
                after = [d for d in decisions if d.claim is one.claim and d.status != "22"]
                owed = -one.paid - sum(d.paid for d in after)
                if owed > 0:
                    found.append(("WO", one.control_number, -owed))
                    payer.takebacks.append((world.today + 28, one.control_number, owed))
    for one in withheld:
        found.append(("WO", one[1], one[2]))
        payer.takebacks.remove(one)
    room = sum(one.paid for one in decisions) - sum(cents for _, _, cents in found)
    if payer.carried_cents and room > 0:
        taken = min(room, payer.carried_cents)
        found.append(("FB", f"FWD{compact(world.today)}", taken))
        payer.carried_cents -= taken
    return found


def _write(
    world: World,
    payer: Payer,
    trace: str,
    paid: int,
    decisions: list[Adjudication],
    adjustments: list[tuple[str, str, int]],
) -> None:
    day, to = world.today, world.organization.etin
    segments = remittance(world.organization, payer, day, trace, paid, decisions, adjustments)
    body = transaction_set("835", 1, segments)
    number = world.number("remittance")
    text = interchange(
        payer.style, payer.edi_id, to, day, 5 * 60, number,
        [group("835", payer.edi_id, to, day, 5 * 60, number, [body])],
    )  # fmt: skip
    name = f"835_{payer.edi_id.lower()}_{compact(day)}"
    world.counts["remittance_files"] += 1
    is_first_region = world.plan.cell == 0
    # Habits of a mailbox: one file came compressed, one came twice.
    if is_first_region and world.counts["remittance_files"] == 20:
        world.save_x12("remittances", name + "_again", text)
    compressed = is_first_region and world.counts["remittance_files"] == 10
    world.save_x12("remittances", name, text, compressed=compressed)


def _post(world: World, one: Adjudication) -> None:
    """Post a decision: the truth, the ledger, the state of claim and charges; then act on it."""
    claim, visit = one.claim, one.claim.visit
    if one.claim_number.startswith("X"):
        _post_foreign(world, one)
        return
    if one.sequence == "P" and one.status != "22":
        if claim.first_adjudication is None:
            claim.first_adjudication = one
            one.is_first = True
        if one.paid > 0 and claim.first_paid_on is None:
            claim.first_paid_on, claim.first_paid = world.today, one.paid
    _write_truth(world, one)
    for line in one.lines:
        if line.shown_code:
            _unmatched(world, "no_matching_line", one, line)
            continue
        charge = line.charge
        contractual = line.contractual if one.sequence == "P" else 0
        is_reversal = one.status == "22"
        charge.paid += line.paid
        charge.contractual += contractual
        kinds = ("reversal", "reversal") if is_reversal else ("payer_payment", "contractual")
        world.book(kinds[0], -line.paid, visit, charge, "")
        world.book(kinds[1], -contractual, visit, charge, "")
    if one.sequence == "P":
        _change_state(one)
    if one.status != "22":
        denials.follow(world, one)


def _change_state(one: Adjudication) -> None:
    if one.status == "22":
        for line in one.reverses.lines:
            if line.charge and not line.shown_code:
                line.charge.standing.remove(line)
    elif any(line.outcome != "duplicate" for line in one.lines):
        for line in one.lines:
            if line.charge and not line.shown_code:
                line.charge.standing.append(line)


def _write_truth(world: World, one: Adjudication) -> None:
    world.truth.row("adjudications", rows.true_adjudication(one))
    for number, line in enumerate(one.lines, start=1):
        world.truth.row("claim_lines", rows.true_line(one, number, line))


def _unmatched(world: World, reason: str, one: Adjudication, line: Line) -> None:
    world.truth.row(
        "unmatched",
        f"{reason},{one.claim_number},{dollars(line.charged)},{dollars(line.paid)},"
        f"{iso(world.today)}",
    )


def _post_foreign(world: World, one: Adjudication) -> None:
    _unmatched(world, "unknown_claim", one, one.lines[0])
    world.incident("foreign_remittance", one.claim_number)


def forward(world: World, claim: Claim, first: Adjudication) -> None:
    """Medicare hands a claim on to the supplement by itself; to Medicaid the practice sends it."""
    second = claim.visit.patient.coverages[1]
    if first.status == "19":
        crossed = Submission(
            claim, 90, "1", "S", second.payer, second, claim.claim_id, [], prior=first,
            day=world.today,
        )  # fmt: skip
        after = world.dice.whole(5, 12)
        payers.put_on_pile(world, second.payer, world.today + after, crossed, "crossover")
    else:
        world.later(world.today + 2, billing.bill_secondary, claim, first)
