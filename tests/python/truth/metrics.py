"""Each metric as parts: a day, the row with the slice, and what it adds to the row of both."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from truth import metrics_visits
from truth.tables import SLICE, Part, Row, Table, Truth, added_up, first_of_month, month_end

DUE = ("completed", "no_show", "cancelled", "late_cancelled")
WRITTEN_OFF = ("bad_debt", "small_balance", "timely_filing", "other")

_day = date.fromisoformat


def no_show_rate(truth: Truth) -> Iterator[Part]:
    for one in truth.appointments.values():
        status = one["status"]
        measures = {
            "numerator": status == "no_show",
            "denominator": status in DUE,
            "unresolved": status == "scheduled",
            "rescheduled": status == "rescheduled",
        }
        yield _day(one["scheduled_on"]), one, measures


def cancellation_rate(truth: Truth) -> Iterator[Part]:
    for one in truth.appointments.values():
        status = one["status"]
        measures = {
            "numerator": status in ("cancelled", "late_cancelled"),
            "denominator": status in DUE,
            "late_cancelled": status == "late_cancelled",
        }
        yield _day(one["scheduled_on"]), one, measures


def clean_claim_rate(truth: Truth) -> Iterator[Part]:
    sent, answered = defaultdict(list), defaultdict(list)
    for one in truth.submissions:
        if one["sequence"] == "P":
            sent[one["claim_id"]].append(one["submitted_on"])
    for one in truth.adjudications.values():
        if one["sequence"] == "P":
            answered[one["claim_id"]].append(one["paid_on"])
    for claim_id, claim in truth.claims.items():
        # An 835 speaks of the last submission before it: of the first, until there is another.
        later = sorted(sent[claim_id])[1:]
        by_remittance = any(not later or day < later[0] for day in answered[claim_id])
        outcome = claim["first_outcome"] or ("accepted" if by_remittance else "pending")
        accepted = outcome == "accepted"
        measures = {
            "numerator": accepted,
            "denominator": outcome != "pending",
            "pending_claims": outcome == "pending",
            "accepted_by_payer": accepted and bool(by_remittance or claim["accepted_by_payer_on"]),
        }
        yield _day(claim["first_submitted_on"]), claim, measures


def _first_answers(truth: Truth) -> Iterator[tuple[Row, list[Row]]]:
    """Claims with the lines of their first adjudication."""
    lines = defaultdict(list)
    for line in truth.claim_lines:
        if line["is_first"] == "true":
            lines[line["claim_id"]].append(line)
    for claim_id, found in lines.items():
        yield truth.claims[claim_id], found


def _with_outcome(lines: list[Row], outcome: str) -> list[Row]:
    return [line for line in lines if line["outcome"] == outcome]


def _charged(lines: list[Row]) -> Decimal:
    return sum((Decimal(line["charge_amount"]) for line in lines), Decimal(0))


def first_pass_payment_rate(truth: Truth) -> Iterator[Part]:
    for claim, lines in _first_answers(truth):
        refused = _with_outcome(lines, "denied") + _with_outcome(lines, "partial")
        yield _day(claim["first_submitted_on"]), claim, {"numerator": not refused, "denominator": 1}


def denial_rate(truth: Truth) -> Iterator[Part]:
    for claim, lines in _first_answers(truth):
        denied = _with_outcome(lines, "denied")
        measures = {
            "numerator": bool(denied),
            "denominator": 1,
            "fully_denied_claims": len(denied) == len(lines),
            "partially_denied_claims": not denied and bool(_with_outcome(lines, "partial")),
            "adjudicated_lines": len(lines),
            "denied_lines": len(denied),
            "adjudicated_charges": _charged(lines),
            "denied_charges": _charged(denied),
            "patient_liability_denials": sum(d["is_patient_liability"] == "true" for d in denied),
        }
        yield _day(lines[0]["paid_on"]), claim, measures


def denial_trend(truth: Truth) -> Iterator[Part]:
    causes = {line["root_cause"] for line in _with_outcome(truth.claim_lines, "denied")}
    for claim, lines in _first_answers(truth):
        for cause in causes:
            denied = [d for d in _with_outcome(lines, "denied") if d["root_cause"] == cause]
            measures = {
                "numerator": len(denied),
                "denominator": len(lines),
                "denied_charges": _charged(denied),
            }
            yield _day(lines[0]["paid_on"]), {**claim, "root_cause": cause}, measures


def days_to_payment(truth: Truth) -> Iterator[Part]:
    for claim in truth.claims.values():
        if claim["first_payment_on"]:
            paid_on = _day(claim["first_payment_on"])
            measures = {
                "numerator": (paid_on - _day(claim["first_service_on"])).days,
                "denominator": 1,
                "days_from_submission": (paid_on - _day(claim["first_submitted_on"])).days,
            }
            yield paid_on, claim, measures


def ends_of_months(truth: Truth) -> list[date]:
    """From the month of the first ledger event to the last that has ended."""
    ends = [month_end(min(_day(event["event_date"]) for event in truth.ledger))]
    while (following := month_end(ends[-1] + timedelta(days=1))) <= truth.as_of:
        ends.append(following)
    return ends


def days_in_ar(truth: Truth) -> Iterator[Part]:
    ends = ends_of_months(truth)
    for event in truth.ledger:
        owner, amount = truth.slice_of(event), Decimal(event["amount"])
        happened_on = _day(event["event_date"])
        for end in ends:
            if happened_on <= end:
                yield end, owner, {"numerator": amount}
    for charge in truth.charges.values():
        owner, amount = truth.slice_of(charge), Decimal(charge["charge_amount"])
        posted_on = _day(charge["posted_on"])
        for end in ends:
            if not charge["voided_on"] and 0 <= (end - posted_on).days < 90:
                yield end, owner, {"denominator": amount / 90}


def net_collection_rate(truth: Truth) -> Iterator[Part]:
    counted = {
        charge_id: truth.visits[charge["visit_id"]]
        for charge_id, charge in truth.charges.items()
        if not charge["voided_on"]
        and "true" in (charge["is_adjudicated"], truth.slice_of(charge)["is_self_pay"])
    }
    for charge_id, visit in counted.items():
        charge = truth.charges[charge_id]
        allowed = Decimal(charge["allowed_amount"])
        measures = {
            "numerator": Decimal(charge["paid_amount"]),
            "denominator": allowed,
            "denied_allowed": allowed if charge["is_denied"] == "true" else 0,
        }
        yield _day(visit["service_date"]), visit, measures
    # A reversal takes back what it cancels with its own sign, so the sum is that of the state.
    for line in truth.claim_lines:
        if line["is_matched"] == "true" and line["charge_id"] in counted:
            visit = counted[line["charge_id"]]
            measures = {"contractual": Decimal(line["contractual_amount"])}
            yield _day(visit["service_date"]), visit, measures
    for one in truth.adjustments.values():
        if one["charge_id"] in counted:
            visit, amount = counted[one["charge_id"]], Decimal(one["amount"])
            measures = {
                "contractual": amount if one["kind"] == "contractual" else 0,
                "written_off": amount if one["kind"] in WRITTEN_OFF else 0,
            }
            yield _day(visit["service_date"]), visit, measures
    visits = {visit["visit_id"]: visit for visit in counted.values()}
    for payment in truth.patient_payments.values():
        if payment["visit_id"] in visits and not payment["refunded_on"]:
            visit = visits[payment["visit_id"]]
            yield _day(visit["service_date"]), visit, {"numerator": Decimal(payment["amount"])}


_ALL = (
    clean_claim_rate, first_pass_payment_rate, denial_rate, denial_trend, days_to_payment,
    days_in_ar, net_collection_rate, no_show_rate, cancellation_rate, *metrics_visits.ALL,
)  # fmt: skip
_WAIT_DAYS = {
    "clean_claim_rate": 15,
    "net_collection_rate": 120,
    "reimbursement_per_visit": 90,
    "reimbursement_rate": 90,
    "visits_billed_rate": 15,
}
METRICS = {parts.__name__: parts for parts in _ALL}


def metric_tables(truth: Truth) -> dict[str, Table]:
    """Each metric's table by its id, with is_mature."""
    tables = {}
    for metric_id, parts in METRICS.items():
        keys = [*SLICE, "root_cause"] if metric_id == "denial_trend" else SLICE
        tables[metric_id] = added_up(parts(truth), keys)
        for row in tables[metric_id]:
            row["is_mature"] = _is_mature(truth, metric_id, row["month"])
    return tables


def _is_mature(truth: Truth, metric_id: str, month: date) -> bool:
    if metric_id == "days_in_ar":
        return month not in [first_of_month(end) for end in ends_of_months(truth)[:3]]
    wait = _WAIT_DAYS.get(metric_id)
    return wait is None or month_end(month) + timedelta(days=wait) <= truth.as_of
