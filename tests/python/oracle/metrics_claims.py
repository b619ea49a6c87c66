"""Metrics of the primary claim: clean claims, first pass, denials, days to payment."""

from dataclasses import dataclass
from datetime import date

from oracle.adjudications import Adjudication, Line
from oracle.claims import ClaimKey, Claims
from oracle.metric_rows import MetricRow, Tally, matures, month_of
from oracle.visits import Practice, Slice
from oracle.x12_claims import Submission


@dataclass
class PrimaryClaim:
    """A claim of sequence P, its slice, and its first adjudication (empty: none)."""

    key: ClaimKey
    first: Submission
    slice: Slice
    first_adjudication: list[Adjudication]
    first_payment: Adjudication | None

    @property
    def first_lines(self) -> list[Line]:
        return [line for one in self.first_adjudication for line in one.lines]

    @property
    def adjudicated_on(self) -> date:
        return self.first_adjudication[0].clp.paid_on

    @property
    def days_to_payment(self) -> int:
        served = min(line.day for line in self.first.lines if line.day)
        return (self.first_payment.clp.paid_on - served).days


def primary_claims(
    claims: Claims, adjudications: list[Adjudication], practice: Practice
) -> list[PrimaryClaim]:
    by_claim: dict[ClaimKey, list[Adjudication]] = {}
    for one in adjudications:
        if one.claim is not None:
            by_claim.setdefault(one.claim, []).append(one)
    result = []
    for key, submissions in claims.submissions.items():
        if key[1] != "P":
            continue
        mine = by_claim.get(key, [])
        counted = [one for one in mine if one.clp.status in ("1", "4", "19")]
        first_set = [one for one in counted if one.clp.set_order == counted[0].clp.set_order]
        paid = [
            one for one in mine if one.clp.paid > 0 and one.clp.status not in ("22", "23", "25")
        ]
        first = submissions[0]
        slice_ = _claim_slice(first, practice)
        result.append(PrimaryClaim(key, first, slice_, first_set, paid[0] if paid else None))
    return result


def _claim_slice(first: Submission, practice: Practice) -> Slice:
    visit = practice.visit_of_charge(first.lines[0].charge_id) if first.lines else None
    payers = sorted(
        payer_id
        for payer_id, row in practice.payers.items()
        if row["edi_payer_id"] is not None and row["edi_payer_id"] == first.payer_edi_id
    )
    payer = payers[0] if payers else None
    if visit is None:
        npi = (first.lines[0].rendering_npi if first.lines else None) or first.rendering_npi
        providers = [row["provider_id"] for row in practice.providers if row["npi"] == npi]
        return Slice(payer, None, min(providers, default=None))
    if practice.visit_payer(visit) in payers:
        payer = practice.visit_payer(visit)
    return Slice(payer, visit["clinic_id"], visit["provider_id"])


def clean_claim_rate(claims: Claims, primary: list[PrimaryClaim], as_of: date) -> list[MetricRow]:
    tally = Tally("pending_claims", "accepted_by_payer")
    for one in primary:
        outcome = claims.outcome(one.first)
        has_word = outcome.is_rejected or outcome.is_accepted
        tally.add(
            month_of(one.first.day),
            one.slice,
            numerator=int(outcome.is_accepted),
            denominator=int(has_word),
            pending_claims=int(not has_word),
            accepted_by_payer=int(outcome.is_accepted_by_payer),
        )
    return tally.rows(matures(15, as_of))


def first_pass_payment_rate(primary: list[PrimaryClaim]) -> list[MetricRow]:
    tally = Tally()
    for one in primary:
        if one.first_adjudication:
            troubled = any(line.is_denied or line.is_partially_denied for line in one.first_lines)
            tally.add(
                month_of(one.first.day), one.slice, numerator=int(not troubled), denominator=1
            )
    return tally.rows()


def denial_rate(primary: list[PrimaryClaim]) -> list[MetricRow]:
    tally = Tally(
        "fully_denied_claims",
        "partially_denied_claims",
        "adjudicated_lines",
        "denied_lines",
        "adjudicated_charges",
        "denied_charges",
        "patient_liability_denials",
    )
    for one in primary:
        if not one.first_adjudication:
            continue
        lines = [line for line in one.first_lines if line.charge > 0]
        denied = [line for line in lines if line.is_denied]
        partial = any(line.is_partially_denied for line in one.first_lines)
        tally.add(
            month_of(one.adjudicated_on),
            one.slice,
            numerator=int(bool(denied)),
            denominator=1,
            fully_denied_claims=int(bool(denied) and len(denied) == len(lines)),
            partially_denied_claims=int(partial and not denied),
            adjudicated_lines=len(lines),
            denied_lines=len(denied),
            adjudicated_charges=sum(line.charge for line in lines),
            denied_charges=sum(line.charge for line in denied),
            patient_liability_denials=sum(line.is_patient_liability for line in denied),
        )
    return tally.rows()


def denial_trend(primary: list[PrimaryClaim]) -> list[MetricRow]:
    tally = Tally("denied_charges")
    first = [one for one in primary if one.first_adjudication]
    causes = sorted(
        {line.root_cause for one in first for line in one.first_lines if line.is_denied}
    )
    for one in first:
        lines = [line for line in one.first_lines if line.charge > 0]
        for cause in causes:
            denied = [line for line in lines if line.root_cause == cause]
            tally.add(
                month_of(one.adjudicated_on),
                one.slice,
                cause,
                numerator=len(denied),
                denominator=len(lines),
                denied_charges=sum(line.charge for line in denied),
            )
    return tally.rows(further="root_cause")


def days_to_payment(primary: list[PrimaryClaim]) -> list[MetricRow]:
    tally = Tally("days_from_submission")
    for one in primary:
        if one.first_payment is not None:
            paid_on = one.first_payment.clp.paid_on
            tally.add(
                month_of(paid_on),
                one.slice,
                numerator=one.days_to_payment,
                denominator=1,
                days_from_submission=(paid_on - one.first.day).days,
            )
    return tally.rows()
