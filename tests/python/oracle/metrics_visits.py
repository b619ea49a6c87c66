"""Metrics of visits and their charges: units, lag, notes, billing, what payers pay."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal

from oracle.adjudications import ZERO, Adjudication, Line
from oracle.claims import Claims
from oracle.csv_extracts import Row
from oracle.ledger import ChargeState, allowed
from oracle.metric_rows import MetricRow, Tally, matures, month_of
from oracle.reference import Reference
from oracle.visits import Practice

TIMED = {"timed", "timed_first", "timed_additional"}
DAY = timedelta(days=1)


def charges_of_visits(practice: Practice) -> dict[str, list[Row]]:
    """Charges that count, by visit, in order of charge_id; visits without one are not there."""
    result: dict[str, list[Row]] = {}
    for _, charge in sorted(practice.charges.items()):
        if charge["visit_id"] in practice.visits and not practice.is_voided(charge):
            result.setdefault(charge["visit_id"], []).append(charge)
    return result


def units_per_visit(practice: Practice, reference: Reference) -> list[MetricRow]:
    tally = Tally("timed_units", "untimed_units", "evaluation_visits")
    for visit_id, charges in charges_of_visits(practice).items():
        visit = practice.visits[visit_id]
        timed = [row for row in charges if reference.timing(row["cpt_code"]) in TIMED]
        units, timed_units = (sum(row["units"] for row in rows) for rows in (charges, timed))
        tally.add(
            month_of(visit["service_date"]),
            practice.visit_slice(visit),
            numerator=units,
            denominator=1,
            timed_units=timed_units,
            untimed_units=units - timed_units,
            evaluation_visits=int(
                any(reference.is_evaluation(row["cpt_code"], "evaluation") for row in charges)
            ),
        )
    return tally.rows()


def charge_lag(practice: Practice) -> list[MetricRow]:
    tally = Tally()
    for visit_id, charges in charges_of_visits(practice).items():
        visit = practice.visits[visit_id]
        for charge in charges:
            tally.add(
                month_of(visit["service_date"]),
                practice.visit_slice(visit),
                numerator=(charge["posted_at"].date() - visit["service_date"]).days,
                denominator=1,
            )
    return tally.rows()


def is_signed(practice: Practice, visit: Row) -> bool:
    signed = visit["note_signed_at"]
    return signed is not None and signed.date() <= practice.as_of


def note_clock(visit: Row) -> datetime:
    """ended_at, else started_at, else the end of the service date."""
    end = datetime.combine(visit["service_date"] + DAY, time())
    return visit["ended_at"] or visit["started_at"] or end


def documentation_timeliness(practice: Practice) -> list[MetricRow]:
    tally = Tally("signed_within_48h", "signed_within_72h", "unsigned_notes", "hours_to_sign")
    end = datetime.combine(practice.as_of + DAY, time())
    for visit in practice.visits.values():
        clock = note_clock(visit)
        if clock + DAY > end:
            continue
        signed = is_signed(practice, visit)
        took = visit["note_signed_at"] - clock if signed else None
        tally.add(
            month_of(visit["service_date"]),
            practice.visit_slice(visit),
            numerator=int(signed and took <= DAY),
            denominator=1,
            signed_within_48h=int(signed and took <= 2 * DAY),
            signed_within_72h=int(signed and took <= 3 * DAY),
            unsigned_notes=int(not signed),
            # In seconds here, in hours below: a sum of thirds of an hour is not exact.
            hours_to_sign=max(0, int(took.total_seconds())) if signed else 0,
        )
    for sums in tally.sums.values():
        sums["hours_to_sign"] = sums["hours_to_sign"] / Decimal(3600)
    return tally.rows()


def reimbursement_rate(
    practice: Practice,
    lines: dict[str, list[tuple[Adjudication, Line]]],
    states: dict[str, ChargeState],
) -> list[MetricRow]:
    tally = Tally(
        "allowed_amount", "patient_responsibility", "expected_allowed", "other_payer_payments"
    )
    for visit_id, charges in charges_of_visits(practice).items():
        visit = practice.visits[visit_id]
        for charge in charges:
            state = states.get(charge["charge_id"])
            if state is None:
                continue
            every = lines[charge["charge_id"]]
            others = [line.paid for one, line in every if one.sequence != "P"]
            tally.add(
                month_of(visit["service_date"]),
                practice.visit_slice(visit),
                numerator=sum((line.paid for _, line in every), ZERO),
                denominator=charge["charge_amount"],
                allowed_amount=allowed(practice, charge, state),
                patient_responsibility=_patient_responsibility(every),
                expected_allowed=practice.expected(charge) or ZERO,
                other_payer_payments=sum(others, ZERO),
            )
    return tally.rows(matures(90, practice.as_of))


def _patient_responsibility(every: list[tuple[Adjudication, Line]]) -> Decimal:
    """PR amounts of the charge on its last standing adjudication of any sequence."""
    standing = [one for one, _ in every if one.is_standing and not one.never_changes_the_state]
    return sum(
        (
            cas.amount
            for one, line in every
            if one is standing[-1]
            for cas in [*line.adjustments, *line.shares]
            if cas.group == "PR"
        ),
        ZERO,
    )


@dataclass(frozen=True)
class Submitted:
    """Charges by how far they came.

    billed: on a submission that stands; rejected: on one that a payer or clearinghouse refused.
    """

    billed: frozenset[str]
    rejected: frozenset[str]


def submitted_charges(claims: Claims) -> Submitted:
    """What the primary claims bill. A submission that a later frequency 8 voids is none."""
    billed, rejected = set(), set()
    for (_, sequence), submissions in claims.submissions.items():
        if sequence != "P":
            continue
        for place, one in enumerate(submissions):
            is_voided = any(
                later.frequency == "8" and not claims.outcome(later).is_rejected
                for later in submissions[place + 1 :]
            )
            if one.frequency in ("1", "7") and not is_voided:
                names = {line.charge_id for line in one.lines if line.charge_id}
                (rejected if claims.outcome(one).is_rejected else billed).update(names)
    return Submitted(frozenset(billed), frozenset(rejected))


def _is_billed(practice: Practice, visit: Row, charges: list[Row], submitted: Submitted) -> bool:
    if practice.is_self_pay(visit):
        return bool(charges)
    return any(row["charge_id"] in submitted.billed for row in charges)


def visits_billed_rate(practice: Practice, claims: Claims) -> list[MetricRow]:
    tally = Tally("not_signed", "no_charges", "not_submitted", "rejected", "unbilled_expected")
    submitted = submitted_charges(claims)
    by_visit = charges_of_visits(practice)
    for visit_id, visit in practice.visits.items():
        charges = by_visit.get(visit_id, [])
        month, slice_ = month_of(visit["service_date"]), practice.visit_slice(visit)
        if _is_billed(practice, visit, charges, submitted):
            tally.add(month, slice_, numerator=1, denominator=1)
            continue
        if not is_signed(practice, visit):
            reason = "not_signed"
        elif not charges:
            reason = "no_charges"
        elif not any(row["charge_id"] in submitted.rejected for row in charges):
            reason = "not_submitted"
        else:
            reason = "rejected"
        expected = ZERO
        for charge in charges:
            by_fee = practice.expected(charge)
            expected += charge["charge_amount"] if by_fee is None else by_fee
        tally.add(month, slice_, denominator=1, unbilled_expected=expected, **{reason: 1})
    return tally.rows(matures(15, practice.as_of))


def reimbursement_per_visit(
    practice: Practice, claims: Claims, lines: dict[str, list[tuple[Adjudication, Line]]]
) -> list[MetricRow]:
    tally = Tally("payer_payments", "patient_payments")
    submitted = submitted_charges(claims)
    for visit_id, charges in charges_of_visits(practice).items():
        visit = practice.visits[visit_id]
        if not _is_billed(practice, visit, charges, submitted):
            continue
        by_payers = sum(
            (line.paid for row in charges for _, line in lines.get(row["charge_id"], [])), ZERO
        )
        by_patient = practice.net_patient_payments(visit_id)
        tally.add(
            month_of(visit["service_date"]),
            practice.visit_slice(visit),
            numerator=by_payers + by_patient,
            denominator=1,
            payer_payments=by_payers,
            patient_payments=by_patient,
        )
    return tally.rows(matures(90, practice.as_of))
