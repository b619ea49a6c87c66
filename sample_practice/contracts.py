"""What a contract pays for a line: fee, reductions, the patient's part. Pure arithmetic."""

from __future__ import annotations

from functools import lru_cache

from sample_practice import rates
from sample_practice.clock import share_of, year_of
from sample_practice.model import Payer
from sample_practice.papers import Adjustment, Charge, Line, Submission
from sample_practice.reference import (
    ROOT_CAUSES,
    SERVICES,
    half_practice_expense,
    medicare_fee,
)

# Payers that never pay a hot pack by itself have no fee for it.
_PAYS_HOT_PACK = ("auto", "workers_comp", "self_pay")
_YEARLY_FEES = ("medicare", "medicare_advantage", "tricare_va")
REMOTE_SHARE = 90


@lru_cache(maxsize=4096)
def _fee(payer_type: str, share: int, code: str, year: int) -> int | None:
    if code == "97010" and payer_type not in _PAYS_HOT_PACK:
        return None
    return share_of(medicare_fee(code, year if payer_type in _YEARLY_FEES else 2024), share, 100)


def fee(payer: Payer, code: str, modifiers: tuple[str, ...], year: int) -> int | None:
    """What the contract pays for one unit, in cents; None where it has no price."""
    amount = _fee(payer.payer_type, payer.fee_share, code, year)
    if amount is not None and payer.payer_type == "commercial" and "95" in modifiers:
        return share_of(amount, REMOTE_SHARE, 100)
    return amount


def fee_of(payer: Payer, charge: Charge) -> int | None:
    """The contract's amount for a charge, all units."""
    one = fee(payer, charge.code, charge.modifiers, year_of(charge.visit.day))
    return None if one is None else one * charge.units


def allowed_by_contract(payer: Payer, charge: Charge) -> int | None:
    """What the payer should allow: an assistant's service to Medicare at 85 % of its 80 %."""
    amount = fee_of(payer, charge)
    if amount is not None and payer.payer_type == "medicare" and "CQ" in charge.modifiers:
        return share_of(amount, 88, 100)
    return amount


def reductions(charges: list[Charge]) -> dict[str, int]:
    """Medicare's multiple procedure reduction: the dearest unit in full, others at half expense."""
    counted = [charge for charge in charges if SERVICES[charge.code].is_reduced]
    if not counted:
        return {}
    dearest = max(counted, key=lambda charge: SERVICES[charge.code].practice_expense)
    year = year_of(charges[0].visit.day)
    return {
        charge.charge_id: half_practice_expense(charge.code, year)
        * (charge.units - (charge is dearest))
        for charge in counted
    }


class PatientShare:
    """Deductible, copay and coinsurance as the lines of a claim use them up."""

    def __init__(self, submission: Submission) -> None:
        self.coverage = submission.coverage
        self.year = year_of(submission.claim.visit.day)
        self.copay = self.coverage.copay
        limit = self.coverage.yearly_deductible
        if limit < 0:
            limit = rates.of_year(rates.PART_B_DEDUCTIBLE_CENTS, self.year)
        self.limit = 0 if self.copay else limit

    def take(self, allowed: int) -> list[Adjustment]:
        """The patient's part of one line's allowed amount."""
        taken: list[Adjustment] = []
        if self.limit:
            met = self.coverage.deductible[self.year]
            part = min(allowed, max(0, self.limit - met))
            if part:
                self.coverage.deductible[self.year] = met + part
                taken.append(("PR", "1", part))
                allowed -= part
        if self.coverage.coinsurance and allowed:
            taken.append(("PR", "2", share_of(allowed, *rates.COINSURANCE)))
        if self.copay and allowed:
            part = min(allowed, self.copay)
            self.copay -= part
            taken.append(("PR", "3", part))
        return taken


def paid_line(
    payer: Payer, charge: Charge, price: int, units: int, reduction: int, share: PatientShare
) -> Line:
    """A line at a price: charge = paid + contractual + reductions + the patient's part."""
    excess = 0
    adjustments: list[Adjustment] = []
    outcome, cause = "paid", ""
    if units < charge.units:
        # More units than the plan pays for on a day: the rest of the line is refused.
        excess = charge.amount * (charge.units - units) // charge.units
        price = price * units // charge.units
        outcome, cause = "partial", ROOT_CAUSES["151"]
    base = min(price, charge.amount - excess)
    allowed = base - reduction
    taken = share.take(allowed)
    rest = allowed - sum(cents for _, _, cents in taken)
    lowered = 0
    if payer.payer_type == "medicare" and "CQ" in charge.modifiers:
        lowered = share_of(rest, *rates.ASSISTANT_REDUCTION)
        rest -= lowered
    contractual = charge.amount - excess - base + lowered
    if contractual:
        adjustments.append(("CO", "45", contractual))
    if excess:
        adjustments.append(("CO", "151", excess))
    if reduction:
        adjustments.append(("CO", "59", reduction))
    if payer.payer_type == "medicare":
        kept = share_of(rest, *rates.SEQUESTRATION)
        if kept:
            adjustments.append(("CO", "253", kept))
            rest -= kept
    return Line(
        charge, charge.code, charge.modifiers, charge.amount, rest, charge.units,
        adjustments + taken, outcome, cause,
    )  # fmt: skip
