"""What follows a payer's decision: forward, bill the patient, correct, appeal, give up."""

from __future__ import annotations

from sample_practice import authorizations, billing, cashier, patient_money, payers, rates, rows
from sample_practice.clock import workdays_after
from sample_practice.papers import Adjudication, Claim
from sample_practice.world import World


def follow(world: World, one: Adjudication) -> None:
    """A decision has been posted; arrange what comes after it."""
    claim, dice = one.claim, world.dice
    if one.sequence == "S":
        _close_second(world, one)
        return
    causes = {line.root_cause for line in one.lines if line.outcome == "denied"}
    for line in one.lines:
        if line.outcome == "bundled" and line.charge.voided is None:
            # Never paid by itself: written off on the spot.
            patient_money.adjust(world, line.charge, "contractual", line.charge.amount)
        elif line.outcome == "partial":
            excess = sum(cents for _, reason, cents in line.adjustments if reason == "151")
            world.later(world.today + 20, patient_money.adjust, line.charge, "other", excess)
    if one.lines[0].outcome == "duplicate":
        return
    if not causes:
        if one.status == "19" or _has_second(claim, one):
            cashier.forward(world, claim, one)
        else:
            world.later(world.today + 12, patient_money.send_statement, claim.visit)
        if dice.chance(rates.AUDIT_TAKEBACK) and len(claim.visit.patient.coverages) == 1:
            day = world.today + dice.whole(40, 110)
            payers.put_on_pile(world, one.payer, day, one.submission, "audit")
        return
    if "eligibility" in causes:
        world.later(workdays_after(world.today, dice.whole(2, 9)), ask_for_new_card, one)
        return
    if any(line.is_patient_liability for line in one.lines if line.outcome == "denied"):
        world.later(world.today + 9, patient_money.make_patient_pay, claim.visit)
        return
    if claim.is_worked or dice.chance(rates.DENIAL_NOT_WORKED):
        # Left lying, or refused for good: written off in the end.
        world.later(world.today + dice.whole(60, 150), give_up, one)
        return
    claim.is_worked = True
    when = workdays_after(world.today, dice.whole(3, 16))
    world.later(when, work, one, min(causes))


def ask_for_new_card(world: World, one: Adjudication) -> None:
    """The plan had ended: the desk asks for the new one, and mostly the visit is billed to it."""
    claim, visit, patient = one.claim, one.claim.visit, one.claim.visit.patient
    if claim.is_voided:
        return
    if patient.coverages[0] is claim.coverage:
        world.roster.renew(patient, world.today)
        for coverage in (claim.coverage, patient.coverages[0]):
            text = rows.coverage(coverage, patient.patient_id)
            world.extracts.put("coverages", coverage.coverage_id, text)
    if world.dice.chance(rates.REBILLED_TO_NEW_PLAN):
        visit.coverage = patient.coverages[0]
        world.show_visit(visit)
        billing.bill(world, visit)
    elif any(line.is_patient_liability for line in one.lines):
        patient_money.make_patient_pay(world, visit)
    else:
        give_up(world, one)


def _has_second(claim: Claim, one: Adjudication) -> bool:
    coverages = claim.visit.patient.coverages
    return (
        one.payer.payer_type == "medicare"
        and len(coverages) > 1
        and coverages[0].payer is one.payer
        and any(line.patient_part for line in one.lines)
    )


def work(world: World, one: Adjudication, cause: str) -> None:
    """A biller opens the denial and does what its cause asks for."""
    claim, dice = one.claim, world.dice
    if one.is_reversed or claim.is_voided:
        return
    if cause == "authorization":
        if dice.chance(rates.RETROACTIVE_AUTHORIZATION):
            visit = claim.visit
            episode = visit.appointment.episode
            visit.authorization = authorizations.grant_afterwards(world, episode, visit.day)
            visit.authorization.used += 1
            for charge in billing.billable(visit):
                world.show_charge(charge)
            billing.replace(world, claim, one)
        else:
            world.later(world.today + dice.whole(10, 40), give_up, one)
    elif cause == "coordination_of_benefits":
        billing.bill_other_payer(world, claim)
    elif cause == "medical_necessity":
        if dice.chance(rates.APPEAL_WON):
            day = world.today + dice.whole(25, 45)
            payers.put_on_pile(world, one.payer, day, one.submission, "appeal")
        else:
            world.later(world.today + dice.whole(30, 60), give_up, one)
    elif cause in ("coding_procedure", "bundling", "benefit_maximum"):
        billing.correct_modifiers(world, claim, one)
    else:
        world.later(world.today + dice.whole(5, 20), give_up, one)


def give_up(world: World, one: Adjudication) -> None:
    """Write off what was refused; the rest of the claim goes to the patient."""
    if one.is_reversed:
        return
    for line in one.lines:
        charge = line.charge
        if line.outcome == "denied" and charge.voided is None and charge.standing[-1:] == [line]:
            kind = "timely_filing" if line.root_cause == "timely_filing" else "other"
            left = charge.amount - charge.contractual - charge.paid - charge.by_hand
            patient_money.adjust(world, charge, kind, left)
    patient_money.send_statement(world, one.claim.visit)


def _close_second(world: World, one: Adjudication) -> None:
    """After the second payer nothing comes: Medicaid's remainder is written off by contract."""
    for line in one.lines:
        rest = sum(cents for group, reason, cents in line.adjustments if group == "CO")
        if rest and line.charge.voided is None:
            patient_money.adjust(world, line.charge, "contractual", rest)
    world.later(world.today + 12, patient_money.send_statement, one.claim.visit)
