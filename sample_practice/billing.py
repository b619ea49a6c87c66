"""The billing office: makes claims, sends them again, replaces and voids them, forwards them.

What the payers answer is read in `cashier`; refusals are worked in `denials`.
"""

from __future__ import annotations

from sample_practice import contracts, rates, rows, treatment
from sample_practice.clock import workdays_after, year_of
from sample_practice.model import Coverage, Patient
from sample_practice.papers import Adjudication, Charge, Claim, Submission, Visit
from sample_practice.reference import OLD_BACK_PAIN_CODE
from sample_practice.world import World


def billable(visit: Visit) -> list[Charge]:
    """The visit's charges that stand."""
    return [charge for charge in visit.charges if charge.voided is None]


def bill(world: World, visit: Visit) -> None:
    """A signed note makes the claim, unless the patient pays alone."""
    charges = billable(visit)
    if visit.coverage is None or not charges:
        return
    claim = Claim(world.name("E"), visit, visit.payer, visit.coverage)
    world.claims.append(claim)
    visit.patient.claims.append(claim)
    submit(world, claim, "1")
    if world.dice.chance(rates.IMPATIENT_RESUBMISSION):
        world.later(workdays_after(world.today, world.dice.whole(6, 9)), send_again, claim)
    if world.dice.chance(rates.CLAIM_ENTERED_IN_ERROR):
        world.later(workdays_after(world.today, world.dice.whole(9, 30)), void_claim, claim)
    elif len(charges) > 2 and world.dice.chance(rates.LINE_BILLED_IN_ERROR):
        world.later(workdays_after(world.today, world.dice.whole(15, 40)), drop_a_line, claim)


def submit(
    world: World,
    claim: Claim,
    frequency: str,
    *,
    replaced: Adjudication | None = None,
    secondary: Coverage | None = None,
) -> Submission:
    """Put a claim into its partner's queue; it leaves with the next batch."""
    coverage = secondary or claim.coverage
    number = len(claim.submissions)
    claim_number = claim.claim_id
    if number and not secondary:
        claim_number = claim.submissions[-1].claim_number
    replaces = ""
    if frequency in "78":
        last = [s for s in claim.submissions if s.sequence == "P"][-1]
        replaces = replaced.control_number if replaced else last.control_number
        if coverage.payer.new_number_for_correction and frequency == "7":
            claim_number = f"{claim.claim_id}C{number}"
    submission = Submission(
        claim, number, frequency, "S" if secondary else "P", coverage.payer, coverage, claim_number,
        billable(claim.visit), replaces, replaced,
    )  # fmt: skip
    if frequency == "8":
        submission.charges = claim.submissions[-1].charges
    claim.submissions.append(submission)
    coverage.payer.partner.queue.append(submission)
    return submission


def rejected(world: World, submission: Submission) -> None:
    """A rejection lies in the work list until somebody opens it; a few are overlooked."""
    dice = world.dice
    waits = dice.whole(30, 150) if dice.chance(rates.FORGOTTEN_REJECTION) else dice.whole(1, 3)
    if 20 <= world.today - world.start < 35:
        # Two weeks without the biller: what came in then is found half a year later.
        waits = dice.whole(124, 132)
    world.later(workdays_after(world.today, waits), rework, submission)


def rework(world: World, submission: Submission) -> None:
    """Repair what was wrong at the front, and send the same claim again."""
    claim = submission.claim
    if claim.is_voided:
        return
    enrolled = claim.visit.provider.enrolled_from
    if submission.fault == "enrollment" and world.today < enrolled:
        world.later(workdays_after(enrolled, 1), rework, submission)
        return
    if submission.fault == "diagnosis":
        for charge in submission.charges:
            charge.diagnoses = _renewed(charge.diagnoses)
            world.show_charge(charge)
    elif submission.fault and submission.fault == claim.visit.patient.defect:
        _mend(world, claim.visit.patient)
    again = submit(world, claim, submission.frequency, secondary=_behind(submission))
    again.replaces, again.prior = submission.replaces, submission.prior
    again.claim_number = submission.claim_number


def _behind(submission: Submission) -> Coverage | None:
    return submission.coverage if submission.sequence == "S" else None


def _renewed(diagnoses: tuple[str, ...]) -> tuple[str, ...]:
    return tuple("M5459" if code == OLD_BACK_PAIN_CODE else code for code in diagnoses)


def _mend(world: World, patient: Patient) -> None:
    """Correct the registration, where the fault lay."""
    coverage = patient.coverages[0]
    if patient.defect == "member_id":
        coverage.member_id = coverage.member_id[:-1] + str((int(coverage.member_id[-1]) + 3) % 10)
        text = rows.coverage(coverage, patient.patient_id)
        world.extracts.put("coverages", coverage.coverage_id, text)
    elif patient.defect == "birth_date":
        patient.born_on += 10
        world.extracts.put("patients", patient.patient_id, rows.patient(patient))
    patient.defect = ""


def send_again(world: World, claim: Claim) -> None:
    """Somebody who sees no payment yet sends the claim once more; it comes back as a duplicate."""
    is_open = not claim.adjudications and not claim.is_voided
    if is_open and claim.submissions[-1].outcome == "accepted":
        submit(world, claim, "1")


def replace(world: World, claim: Claim, adjudication: Adjudication) -> None:
    """Send a corrected claim in place of the one that was decided (frequency 7)."""
    if not claim.is_voided and billable(claim.visit):
        submit(world, claim, "7", replaced=adjudication)


def correct_modifiers(world: World, claim: Claim, adjudication: Adjudication) -> None:
    """Put the right modifiers on, then replace the claim."""
    for charge in billable(claim.visit):
        if charge.modifiers != charge.right_modifiers:
            charge.modifiers = charge.right_modifiers
            world.show_charge(charge)
    replace(world, claim, adjudication)


def void_claim(world: World, claim: Claim) -> None:
    """The visit was entered for the wrong day: take the claim back, and its charges."""
    last = claim.submissions[-1]
    is_first_claim = last.sequence == "P" and last.frequency == "1"
    if claim.is_voided or last.outcome != "accepted" or not is_first_claim:
        return
    submit(world, claim, "8", replaced=standing(claim))
    claim.is_voided = True
    for charge in billable(claim.visit):
        treatment.void(world, charge)
    world.incident("claim_voided", claim.claim_id)


def drop_a_line(world: World, claim: Claim) -> None:
    """One service was never given: void its charge, and replace the claim without it."""
    decided = standing(claim)
    if decided is None or decided.paid <= 0 or claim.is_voided or len(claim.adjudications) > 1:
        return
    treatment.void(world, billable(claim.visit)[-1])
    replace(world, claim, decided)
    world.incident("line_dropped", claim.claim_id)


def standing(claim: Claim) -> Adjudication | None:
    """The first payer's last decision that still stands."""
    for one in reversed(claim.adjudications):
        stands = one.sequence == "P" and one.status != "22" and not one.is_reversed
        if stands and one.lines[0].outcome != "duplicate":
            return one
    return None


def bill_secondary(world: World, claim: Claim, prior: Adjudication) -> None:
    """Send the claim on to the second payer with what the first one decided."""
    if not prior.is_reversed and not claim.is_voided:
        submission = submit(world, claim, "1", secondary=claim.visit.patient.coverages[1])
        submission.prior = prior
        submission.charges = [line.charge for line in prior.lines if line.charge]


def bill_other_payer(world: World, claim: Claim) -> None:
    """The other coverage was first all along: change the order, and make a new claim for it."""
    visit, patient = claim.visit, claim.visit.patient
    before = claim.coverage
    if before.is_behind_another and patient.coverages[0] is before:
        patient.coverages.reverse()
        for priority, coverage in enumerate(patient.coverages, start=1):
            coverage.priority = priority
            text = rows.coverage(coverage, patient.patient_id)
            world.extracts.put("coverages", coverage.coverage_id, text)
    visit.coverage = patient.coverages[0]
    visit.payer = visit.coverage.payer
    for charge in billable(visit):
        price = contracts.fee(visit.payer, charge.code, charge.modifiers, year_of(visit.day))
        charge.expected = None if price is None else price * charge.units
    world.show_visit(visit)
    bill(world, visit)
