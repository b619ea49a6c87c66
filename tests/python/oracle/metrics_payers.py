"""Metrics of what payers approve and what they pay short: authorizations, underpayments."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from oracle.adjudications import CENT, ZERO, Line
from oracle.csv_extracts import Row
from oracle.metric_rows import MetricRow, Tally, month_of
from oracle.metrics_claims import PrimaryClaim
from oracle.reference import Reference
from oracle.visits import Practice, Slice

GRANTED = ("approved", "partially_approved")
# 85 % of the 80 % share, beside the patient's 20 %.
ASSISTANT_SHARE = Decimal("0.88")
ASSISTANTS_PAID_LESS_FROM = date(2022, 1, 1)


def _decided(practice: Practice) -> list[Row]:
    return [
        row
        for row in practice.authorizations
        if row["status"] in (*GRANTED, "denied")
        and row["decided_on"] is not None
        and row["decided_on"] <= practice.as_of
    ]


def authorization_approval_rate(practice: Practice) -> list[MetricRow]:
    tally = Tally(
        "denied_requests",
        "partially_approved_requests",
        "visits_requested",
        "visits_approved",
        "turnaround_days",
    )
    for row in _decided(practice):
        tally.add(
            month_of(row["decided_on"]),
            Slice(row["payer_id"], row["clinic_id"], row["provider_id"]),
            numerator=int(row["status"] in GRANTED),
            denominator=1,
            denied_requests=int(row["status"] == "denied"),
            partially_approved_requests=int(row["status"] == "partially_approved"),
            visits_requested=row["visits_requested"] or 0,
            visits_approved=row["visits_approved"] or 0,
            turnaround_days=(row["decided_on"] - row["requested_on"]).days,
        )
    return tally.rows()


def authorization_coverage_rate(practice: Practice) -> list[MetricRow]:
    tally = Tally()
    granted = [row for row in _decided(practice) if row["status"] in GRANTED]
    # An authorization without a first day covers from the beginning of time.
    granted.sort(key=lambda row: (row["effective_from"] or date.min, row["authorization_id"]))
    taken = dict.fromkeys((row["authorization_id"] for row in granted), 0)
    for visit in sorted(
        practice.visits.values(), key=lambda row: (row["service_date"], row["visit_id"])
    ):
        payer = practice.payers.get(practice.visit_payer(visit))
        if payer is None or not payer["authorization_required"]:
            continue
        on = visit["service_date"]
        fitting = [
            row
            for row in granted
            if (row["patient_id"], row["payer_id"]) == (visit["patient_id"], payer["payer_id"])
            and (row["effective_from"] or date.min) <= on <= (row["effective_to"] or date.max)
            and (
                row["visits_approved"] is None
                or taken[row["authorization_id"]] < row["visits_approved"]
            )
        ]
        if fitting:
            taken[fitting[0]["authorization_id"]] += 1
        tally.add(
            month_of(on), practice.visit_slice(visit), numerator=int(bool(fitting)), denominator=1
        )
    return tally.rows()


def underpayment_rate(
    primary: list[PrimaryClaim], practice: Practice, reference: Reference
) -> list[MetricRow]:
    tally = Tally("expected_allowed", "underpaid_amount")
    for claim in primary:
        for line in claim.first_lines:
            expected = _expected(line, claim.slice.payer_id, practice)
            if line.paid <= 0 or expected is None:
                continue
            short = expected - _allowed(line, reference)
            is_short = short > CENT
            tally.add(
                month_of(claim.adjudicated_on),
                claim.slice,
                numerator=int(is_short),
                denominator=1,
                expected_allowed=expected,
                underpaid_amount=short if is_short else ZERO,
            )
    return tally.rows()


def _expected(line: Line, payer_id: str | None, practice: Practice) -> Decimal | None:
    """By the fee schedule of the claim's payer; None: no charge, visit or fee."""
    charge = practice.known_charges.get(line.charge_id)
    visit = practice.visit_of_charge(line.charge_id)
    if visit is None:
        return None
    expected = practice.fee(charge, payer_id, visit["service_date"])
    if expected is None:
        return None
    is_medicare = practice.payers.get(payer_id, {}).get("payer_type") == "medicare"
    by_assistant = bool(practice.modifiers(charge) & {"CQ", "CO"})
    if is_medicare and by_assistant and visit["service_date"] >= ASSISTANTS_PAID_LESS_FROM:
        return (expected * ASSISTANT_SHARE).quantize(CENT, ROUND_HALF_UP)
    return expected


def _allowed(line: Line, reference: Reference) -> Decimal:
    """SVC02 less what is contractual or capitation, in any group."""
    taken = [
        cas.amount
        for cas in [*line.adjustments, *line.shares]
        if reference.category(cas.carc) in ("contractual", "capitation")
    ]
    return line.charge - sum(taken, ZERO)
