"""The payers: what they hold of a claim, line by line, to the cent. They pay in `cashier`."""

from __future__ import annotations

from sample_practice import contracts, rates
from sample_practice.clock import day_of_year, is_workday, weekday, year_of
from sample_practice.model import Payer
from sample_practice.papers import Adjudication, Adjustment, Charge, Line, Submission
from sample_practice.reference import ROOT_CAUSES
from sample_practice.world import World

_MISSING_MODIFIER = {"GP": "4", "GO": "4", "CQ": "4", "KX": "119", "59": "97"}


def receive(world: World, submission: Submission) -> None:
    """A claim has come in: it is decided after the payer's usual time, on a pay day."""
    dice, payer = world.dice, submission.payer
    lag = dice.whole(*payer.lag)
    if dice.chance(rates.LATE_PAYMENT_SHARE):
        lag += dice.whole(16, 40)
    put_on_pile(world, payer, submission.day + lag, submission, "claim")


def put_on_pile(world: World, payer: Payer, day: int, submission: Submission, matter: str) -> None:
    """Lay a matter (claim, appeal, audit, crossover) on the pile of the next pay day."""
    day = max(day, world.today + 1)
    while not (is_workday(day) and weekday(day) in payer.pay_weekdays):
        day += 1
    if day <= world.end:
        payer.due.setdefault(day, []).append((submission, matter))


def decide(world: World, submission: Submission, *, forgives: bool = False) -> Adjudication:
    """A first payer's decision on a claim. With `forgives`, what was refused before is paid."""
    payer = submission.payer
    reason = "" if forgives else _refusal(submission)
    adjudication = Adjudication(
        "", submission.claim, submission, payer, "1", "P", [], submission.control_number,
        submission.claim_number,
    )  # fmt: skip
    if reason:
        adjudication.lines = [refused(charge, reason) for charge in submission.charges]
        if payer.denies_whole_claim:
            _speak_of_the_whole(adjudication)
    else:
        adjudication.lines = _priced(world, submission, forgives)
    if all(line.outcome in ("denied", "duplicate") for line in adjudication.lines):
        adjudication.status = "4"
    elif _crosses_over(adjudication):
        adjudication.status = "19"
    adjudication.paid = sum(line.paid for line in adjudication.lines)
    return adjudication


def _crosses_over(one: Adjudication) -> bool:
    """Medicare sends a paid claim on by itself where a supplement stands behind it."""
    second = one.claim.visit.patient.coverages[1:]
    return (
        one.payer.payer_type == "medicare"
        and second != []
        and second[0].payer.payer_type == "commercial"
        and not any(line.outcome == "denied" for line in one.lines)
        and any(line.patient_part for line in one.lines)
    )


def _refusal(submission: Submission) -> str:
    """Group and reason for which the whole claim is refused; '' for none."""
    claim, coverage, payer = submission.claim, submission.coverage, submission.payer
    visit = claim.visit
    if submission.frequency == "1" and any(
        one.sequence == "P" and one.status != "22" for one in claim.adjudications
    ):
        return "CO-18"
    if payer.timely_days is not None and submission.day - visit.day > payer.timely_days:
        return "CO-29"
    if coverage.is_behind_another:
        return "CO-22"
    if coverage.lapsed_on is not None and visit.day >= coverage.lapsed_on:
        return "CO-27" if payer.payer_type == "medicaid" else "PR-27"
    if coverage.visit_limit is not None and visit.number_of_year > coverage.visit_limit:
        return "PR-119"
    if payer.authorization_required and visit.authorization is None:
        return "CO-197"
    return ""


def refused(charge: Charge, reason: str) -> Line:
    group, code = reason.split("-")
    return Line(
        charge, charge.code, charge.modifiers, charge.amount, 0, charge.units,
        [(group, code, charge.amount)], "duplicate" if code == "18" else "denied",
        ROOT_CAUSES[code] if code != "18" else "", group == "PR",
        {"4": "N822", "197": "M62", "50": "N115"}.get(code, ""),
    )  # fmt: skip


def _speak_of_the_whole(adjudication: Adjudication) -> None:
    """Some payers refuse the claim as such and show no lines."""
    group, reason, _ = adjudication.lines[0].adjustments[0]
    total = sum(line.charged for line in adjudication.lines)
    adjudication.level_adjustments = [(group, reason, total)]
    adjudication.shows_lines = False
    for line in adjudication.lines:
        line.adjustments = []
        line.remark = ""


def _priced(world: World, submission: Submission, forgives: bool) -> list[Line]:
    payer = submission.payer
    charges = submission.charges
    refusals = {
        charge.charge_id: "" if forgives else _line_refusal(world, payer, charge)
        for charge in charges
    }
    payable = [
        c for c in charges if not refusals[c.charge_id] and contracts.fee_of(payer, c) is not None
    ]
    reduced = contracts.reductions(payable) if payer.payer_type == "medicare" else {}
    share = contracts.PatientShare(submission)
    units_left = 99 if forgives else payer.units_paid_a_day
    lines = []
    for charge in charges:
        if refusals[charge.charge_id]:
            lines.append(refused(charge, refusals[charge.charge_id]))
        elif charge in payable and units_left == 0:
            lines.append(refused(charge, "CO-151"))
        elif charge in payable:
            units = min(charge.units, units_left)
            units_left -= units
            price, reduction = _price(world, payer, charge), reduced.get(charge.charge_id, 0)
            lines.append(contracts.paid_line(payer, charge, price, units, reduction, share))
        else:
            line = refused(charge, "CO-97")
            line.outcome, line.root_cause = "bundled", ""
            lines.append(line)
    return lines


def _price(world: World, payer: Payer, charge: Charge) -> int:
    """What the payer's tables have for a payable charge: the contract, but for two faults."""
    code, today, year = charge.code, world.today, year_of(charge.visit.day)
    if payer.payer_type == "medicare_advantage" and day_of_year(today) < rates.SCHEDULE_LOADED_ON:
        # Until somebody loads the new year's schedule, the old one is in force.
        year = min(year, year_of(today) - 1)
    if payer.payer_type == "commercial" and code in rates.PRICED_AS:
        since, until = (world.start + (world.end - world.start) * p // 100 for p in rates.WRONG_FOR)
        code = rates.PRICED_AS[code] if since <= today < until else code
    return contracts.fee(payer, code, charge.modifiers, year) * charge.units


def _line_refusal(world: World, payer: Payer, charge: Charge) -> str:
    if payer.checks_modifiers and charge.modifiers != charge.right_modifiers:
        for modifier in charge.right_modifiers:
            if modifier not in charge.modifiers:
                return f"CO-{_MISSING_MODIFIER[modifier]}"
    if payer.checks_policy and charge.is_unsupported and world.dice.chance(rates.POLICY_REVIEW):
        return "CO-50"
    return ""


def decide_second(submission: Submission, prior: Adjudication) -> Adjudication:
    """A second payer's decision: it takes off what the first did (OA-23), pays from the rest."""
    payer = submission.payer
    adjudication = Adjudication(
        "", submission.claim, submission, payer, "2", "S", [], submission.control_number,
        submission.claim_number,
    )  # fmt: skip
    for line in prior.lines:
        if line.charge is None:
            continue
        left = line.patient_part
        deductible = sum(c for _, reason, c in line.adjustments if reason == "1")
        adjustments: list[Adjustment] = []
        if line.charged - left:
            adjustments.append(("OA", "23", line.charged - left))
        if payer.payer_type == "medicaid":
            # Pays up to its own rate; the rest may not be asked of the patient.
            paid = min(left, max(0, (contracts.fee_of(payer, line.charge) or 0) - line.paid))
            if left - paid:
                adjustments.append(("CO", "45", left - paid))
        else:
            paid = left - deductible
            if deductible:
                adjustments.append(("PR", "1", deductible))
        adjudication.lines.append(
            Line(
                line.charge,
                line.code,
                line.modifiers,
                line.charged,
                paid,
                line.units,
                adjustments,
                "",
            )
        )
    adjudication.paid = sum(line.paid for line in adjudication.lines)
    return adjudication


def withdraw(before: Adjudication) -> Adjudication:
    """The outcome of an audit: what was paid is found not to have been necessary."""
    lines = [refused(line.charge, "CO-50") for line in before.lines if line.charge]
    return Adjudication(
        "", before.claim, before.submission, before.payer, "4", "P", lines, before.control_number,
        before.claim_number,
    )  # fmt: skip


def reversal_of(before: Adjudication) -> Adjudication:
    """The same decision with its signs turned round (22)."""
    coverage, year = before.submission.coverage, year_of(before.claim.visit.day)
    lines = []
    for line in before.lines:
        turned = [(group, reason, -cents) for group, reason, cents in line.adjustments]
        for group, reason, cents in line.adjustments:
            if (group, reason) == ("PR", "1") and before.sequence == "P":
                coverage.deductible[year] -= cents
        lines.append(
            Line(
                line.charge,
                line.code,
                line.modifiers,
                -line.charged,
                -line.paid,
                line.units,
                turned,
                line.outcome,
                line.root_cause,
                line.is_patient_liability,
                "",
                line.shown_code,
            )
        )
    return Adjudication(
        "", before.claim, before.submission, before.payer, "22", before.sequence, lines,
        before.control_number, before.claim_number,
        [(group, reason, -cents) for group, reason, cents in before.level_adjustments],
        before.shows_lines, -before.paid, reverses=before,
    )  # fmt: skip
