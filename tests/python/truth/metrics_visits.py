"""Metrics of visits, charges, notes, authorizations and prices: parts, as in `metrics`."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from truth.tables import Part, Row, Truth

TIMED = {"97032", "97035", "97110", "97112", "97116", "97140", "97530", "97535"}
# The practice's reference table has no evaluations of occupational therapy (decision 4).
EVALUATIONS = {"97161", "97162", "97163"}
DECIDED = ("approved", "partially_approved", "denied")

_day = date.fromisoformat


def _charges_by_visit(truth: Truth) -> dict[str, list[Row]]:
    """Charges that are not voided."""
    found = defaultdict(list)
    for charge in truth.charges.values():
        if not charge["voided_on"]:
            found[charge["visit_id"]].append(charge)
    return found


def units_per_visit(truth: Truth) -> Iterator[Part]:
    for visit_id, charges in _charges_by_visit(truth).items():
        units = sum(int(one["units"]) for one in charges)
        timed = sum(int(one["units"]) for one in charges if one["cpt_code"] in TIMED)
        measures = {
            "numerator": units,
            "denominator": 1,
            "timed_units": timed,
            "untimed_units": units - timed,
            "evaluation_visits": any(one["cpt_code"] in EVALUATIONS for one in charges),
        }
        visit = truth.visits[visit_id]
        yield _day(visit["service_date"]), visit, measures


def charge_lag(truth: Truth) -> Iterator[Part]:
    for visit_id, charges in _charges_by_visit(truth).items():
        visit = truth.visits[visit_id]
        served_on = _day(visit["service_date"])
        days = sum((_day(one["posted_on"]) - served_on).days for one in charges)
        yield served_on, visit, {"numerator": days, "denominator": len(charges)}


def documentation_timeliness(truth: Truth) -> Iterator[Part]:
    midnight = datetime.combine(truth.as_of + timedelta(days=1), time())
    for visit in truth.visits.values():
        clock = datetime.fromisoformat(visit["ended_at"])
        if clock > midnight - timedelta(hours=24):
            continue
        signed_at = visit["note_signed_at"]
        seconds = None
        if signed_at:
            seconds = int((datetime.fromisoformat(signed_at) - clock).total_seconds())
        measures = {
            "numerator": seconds is not None and seconds <= 24 * 3600,
            "denominator": 1,
            "signed_within_48h": seconds is not None and seconds <= 48 * 3600,
            "signed_within_72h": seconds is not None and seconds <= 72 * 3600,
            "unsigned_notes": seconds is None,
            "hours_to_sign": Decimal(max(0, seconds or 0)) / 3600,
        }
        yield _day(visit["service_date"]), visit, measures


def authorization_approval_rate(truth: Truth) -> Iterator[Part]:
    for one in truth.authorizations.values():
        if one["status"] not in DECIDED:
            continue
        decided_on = _day(one["decided_on"])
        measures = {
            "numerator": one["status"] != "denied",
            "denominator": 1,
            "denied_requests": one["status"] == "denied",
            "partially_approved_requests": one["status"] == "partially_approved",
            "visits_requested": int(one["visits_requested"] or 0),
            "visits_approved": int(one["visits_approved"] or 0),
            "turnaround_days": (decided_on - _day(one["requested_on"])).days,
        }
        yield decided_on, one, measures


def _ways_of_visits(truth: Truth) -> dict[str, set[str]]:
    """How far claims for a visit came: a set of sent and taken, without what was voided since."""
    submissions = defaultdict(list)
    for one in truth.submissions:
        if one["sequence"] == "P":
            submissions[one["claim_id"]].append(one)
    ways = defaultdict(set)
    for claim_id, sent in submissions.items():
        sent.sort(key=lambda one: int(one["submission_number"]))
        way = set()
        for one in sent:
            is_taken = one["outcome"] != "rejected"
            if one["frequency"] == "8":
                way = set() if is_taken else way
            else:
                way |= {"sent", "taken"} if is_taken else {"sent"}
        ways[truth.claims[claim_id]["visit_id"]] |= way
    return ways


def _reasons(truth: Truth) -> dict[str, str]:
    """Why a visit is not billed; '' when it is. A claim carries all charges of its visit."""
    ways, charges = _ways_of_visits(truth), _charges_by_visit(truth)
    found = {}
    for visit_id, visit in truth.visits.items():
        has_charges = visit_id in charges
        if has_charges and (visit["is_self_pay"] == "true" or "taken" in ways[visit_id]):
            found[visit_id] = ""
        elif not visit["note_signed_at"]:
            found[visit_id] = "not_signed"
        elif not has_charges:
            found[visit_id] = "no_charges"
        else:
            found[visit_id] = "rejected" if ways[visit_id] else "not_submitted"
    return found


def visits_billed_rate(truth: Truth) -> Iterator[Part]:
    charges = _charges_by_visit(truth)
    for visit_id, reason in _reasons(truth).items():
        visit = truth.visits[visit_id]
        expected = sum(
            Decimal(one["expected_amount"] or one["charge_amount"]) for one in charges[visit_id]
        )
        measures = {
            "numerator": not reason,
            "denominator": 1,
            "not_signed": reason == "not_signed",
            "no_charges": reason == "no_charges",
            "not_submitted": reason == "not_submitted",
            "rejected": reason == "rejected",
            "unbilled_expected": expected if reason else 0,
        }
        yield _day(visit["service_date"]), visit, measures


def reimbursement_per_visit(truth: Truth) -> Iterator[Part]:
    by_patients = defaultdict(Decimal)
    for payment in truth.patient_payments.values():
        if not payment["refunded_on"]:
            by_patients[payment["visit_id"]] += Decimal(payment["amount"])
    charges = _charges_by_visit(truth)
    for visit_id, reason in _reasons(truth).items():
        if not reason:
            visit = truth.visits[visit_id]
            by_payers = sum(Decimal(one["paid_amount"]) for one in charges[visit_id])
            measures = {
                "numerator": by_payers + by_patients[visit_id],
                "denominator": 1,
                "payer_payments": by_payers,
                "patient_payments": by_patients[visit_id],
            }
            yield _day(visit["service_date"]), visit, measures


def reimbursement_rate(truth: Truth) -> Iterator[Part]:
    last = _last_standing_lines(truth)
    by_others = defaultdict(Decimal)
    for line in truth.claim_lines:
        if line["is_matched"] == "true" and line["sequence"] != "P":
            by_others[line["charge_id"]] += Decimal(line["paid_amount"])
    for charge_id, charge in truth.charges.items():
        if charge["is_adjudicated"] == "true" and not charge["voided_on"]:
            visit = truth.visits[charge["visit_id"]]
            measures = {
                "numerator": Decimal(charge["paid_amount"]),
                "denominator": Decimal(charge["charge_amount"]),
                "allowed_amount": Decimal(charge["allowed_amount"]),
                "patient_responsibility": Decimal(last[charge_id]["patient_responsibility_amount"]),
                "expected_allowed": Decimal(charge["expected_amount"] or 0),
                "other_payer_payments": by_others[charge_id],
            }
            yield _day(visit["service_date"]), visit, measures


def _last_standing_lines(truth: Truth) -> dict[str, Row]:
    """By charge, of any payer; a duplicate's refusal changes nothing."""
    standing = defaultdict(dict)
    for line in truth.claim_lines:
        adjudication_id = line["adjudication_id"]
        reversed_id = truth.adjudications[adjudication_id]["reverses_id"]
        if line["is_matched"] == "true" and reversed_id:
            del standing[line["charge_id"]][reversed_id]
        elif line["is_matched"] == "true" and line["is_duplicate_only"] != "true":
            standing[line["charge_id"]][adjudication_id] = line
    return {charge_id: list(lines.values())[-1] for charge_id, lines in standing.items() if lines}


def underpayment_rate(truth: Truth) -> Iterator[Part]:
    for line in truth.claim_lines:
        is_counted = line["is_first"] == line["is_matched"] == "true"
        if is_counted and Decimal(line["paid_amount"]) > 0 and line["expected_allowed_amount"]:
            expected = Decimal(line["expected_allowed_amount"])
            allowed = Decimal(line["charge_amount"]) - Decimal(line["fee_reduction_amount"])
            is_underpaid = allowed < expected - Decimal("0.01")
            measures = {
                "numerator": is_underpaid,
                "denominator": 1,
                "expected_allowed": expected,
                "underpaid_amount": expected - allowed if is_underpaid else 0,
            }
            yield _day(line["paid_on"]), truth.claims[line["claim_id"]], measures


ALL = (
    units_per_visit, charge_lag, documentation_timeliness, authorization_approval_rate,
    visits_billed_rate, reimbursement_per_visit, reimbursement_rate, underpayment_rate,
)  # fmt: skip
