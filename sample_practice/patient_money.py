"""Money between practice and patient: copays, statements, refunds, and what is written off."""

from __future__ import annotations

from sample_practice import rates
from sample_practice.clock import dollars, iso
from sample_practice.papers import Charge, Visit
from sample_practice.world import World


def adjust(world: World, charge: Charge, kind: str, cents: int) -> None:
    """Post an adjustment by hand; positive lowers what is owed."""
    if cents <= 0:
        return
    number = world.name("J")
    text = f"{number},{charge.charge_id},{kind},{dollars(cents)},{iso(world.today)}"
    world.extracts.put("adjustments", number, text)
    world.truth.row("adjustments", text)
    world.book("adjustment", -cents, charge.visit, charge, "")
    charge.by_hand += cents
    if kind in ("contractual", "courtesy"):
        charge.concession += cents


def receive(world: World, visit: Visit, cents: int, method: str, linked: bool = True) -> None:
    """A payment by the patient, as an extract row, in the truth and in the ledger."""
    number = world.name("Q")
    visit_id = visit.visit_id if linked else ""
    who = visit.patient.patient_id
    head = f"{number},{who},{visit_id},{dollars(cents)},{iso(world.today)}"
    world.extracts.put("patient_payments", number, f"{head},{method},")
    world.truth.row("patient_payments", f"{head},")
    world.book("patient_payment", -cents, visit if linked else None, None, who)
    if linked:
        visit.patient_paid += cents
        if method == "card" and owed_after(visit) == 0:
            # What was taken at the desk may turn out to be too much.
            world.later(world.today + 75, refund, visit, number, head, method, cents)


def owed_after(visit: Visit) -> int:
    """What the patient's part of decided charges leaves open; 0 while nothing is decided."""
    if visit.coverage is None:
        return sum(c.expected or c.amount for c in visit.charges if c.voided is None)
    total = 0
    for charge in visit.charges:
        if charge.voided is None and charge.standing:
            state = charge.standing[-1]
            left = charge.amount - charge.contractual - charge.paid - charge.by_hand
            if state.outcome in ("paid", "partial"):
                total += max(0, min(state.patient_part, left))
            elif state.outcome == "denied" and state.is_patient_liability:
                total += max(0, left)
    return total


def refund(world: World, visit: Visit, number: str, head: str, method: str, cents: int) -> None:
    """Give back a payment that nothing stands against."""
    is_decided = any(charge.standing for charge in visit.charges)
    everything_void = all(charge.voided for charge in visit.charges)
    if not everything_void and not (is_decided and visit.patient_paid - owed_after(visit) >= cents):
        return
    if is_decided or everything_void:
        text = f"{head},{method},{iso(world.today)}"
        world.extracts.put("patient_payments", number, text)
        world.truth.row("patient_payments", f"{head},{iso(world.today)}")
        world.book("refund", cents, visit, None, visit.patient.patient_id)
        visit.patient_paid -= cents


def pay_at_the_desk(world: World, visit: Visit) -> None:
    """Copay, or the whole discounted price where the patient pays alone."""
    if not world.dice.chance(rates.COPAY_AT_VISIT):
        if visit.coverage is None:
            world.later(visit.day + 20, send_statement, visit)
        return
    if visit.coverage is None:
        receive(world, visit, owed_after(visit), "cash")
    else:
        receive(world, visit, visit.coverage.copay, "card")
        if world.dice.chance(rates.ACCOUNT_PAYMENT):
            receive(world, visit, 2500, "check", linked=False)


def discount(world: World, visit: Visit) -> None:
    """Who pays alone pays the posted cash price: the difference is a courtesy."""
    for charge in visit.charges:
        if charge.voided is None and charge.expected is not None:
            adjust(world, charge, "courtesy", charge.amount - charge.expected)


def make_patient_pay(world: World, visit: Visit) -> None:
    """No plan pays: the cash price applies, and the patient gets a statement."""
    for charge in visit.charges:
        state = charge.standing[-1] if charge.standing else None
        if state and state.is_patient_liability and charge.voided is None:
            left = charge.amount - charge.contractual - charge.paid - charge.by_hand
            adjust(world, charge, "courtesy", min(left, charge.amount - (charge.expected or 0)))
    send_statement(world, visit)


def send_statement(world: World, visit: Visit) -> None:
    """A statement for what is open; most pay, some late or in part, some never."""
    dice = world.dice
    open_cents = owed_after(visit) - visit.patient_paid
    if open_cents <= 0 or visit.has_statement:
        return
    visit.has_statement = True
    draw = dice.share()
    if open_cents <= rates.SMALL_BALANCE_CENTS and draw < 0.35:
        world.later(world.today + 10, write_off, visit, "small_balance")
    elif draw < rates.STATEMENT_PAID:
        world.later(world.today + dice.whole(6, 40), pay_statement, visit, 1)
    else:
        if draw < rates.STATEMENT_PAID + rates.STATEMENT_PAID_PARTLY:
            world.later(world.today + dice.whole(10, 50), pay_statement, visit, 2)
        world.later(world.today + 120, write_off, visit, "bad_debt")


def pay_statement(world: World, visit: Visit, part: int) -> None:
    """The patient pays the statement, or one part-th of it."""
    cents = (owed_after(visit) - visit.patient_paid) // part
    if cents > 0:
        receive(world, visit, cents, "online")


def write_off(world: World, visit: Visit, kind: str) -> None:
    """Take what the patient still owes out of the books, charge by charge."""
    open_cents = owed_after(visit) - visit.patient_paid
    for charge in visit.charges:
        if open_cents <= 0:
            return
        if charge.voided is None:
            left = charge.amount - charge.contractual - charge.paid - charge.by_hand
            cents = min(open_cents, left)
            adjust(world, charge, kind, cents)
            open_cents -= max(cents, 0)
